import type { Dependencies } from "../../domain/dependencies.ts";
import { createToken, getToken, listTokens, revokeToken, rotateToken } from "../../domain/tokens/manage-tokens.ts";
import type { AutomationTokenRecord } from "../../store/records.ts";
import { createCalls } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireCall, requireUserCall } from "../plugins/authenticate.ts";
import { markReplay, requireRepeatableUserCall } from "../plugins/idempotency-key.ts";
import { presentToken } from "../present-pipeline.ts";
import {
  AutomationToken,
  AutomationTokenList,
  AutomationTokenWithSecret,
  CreateTokenRequest,
  RotateTokenRequest,
  TokenParams,
} from "../schemas/automation-token.ts";
import { EmptyBody, IdempotencyHeaders } from "../schemas/primitives.ts";
import { sendPage } from "../send-page.ts";

/** Registers the management of automation tokens (contract, section 9). */
export function registerTokenRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Automation tokens");
  const present = (token: AutomationTokenRecord) => presentToken(token, deps.now().toISOString());

  call("POST", "/tokens", {
    operationId: "createToken",
    summary: "Create an automation token and return it once",
    description:
      "The token allows staged rotations of the named keys until it expires. With an Idempotency-Key, a repeated call returns the same response for 24 hours, including the token.",
    headers: IdempotencyHeaders,
    body: CreateTokenRequest,
    response: { 201: AutomationTokenWithSecret },
  }).answer(async (request, reply) => {
    const result = markReplay(reply, await createToken(deps, requireRepeatableUserCall(request), request.body));
    return reply.code(201).send({ ...present(result.record), token: result.token });
  });

  call("GET", "/tokens", {
    operationId: "listTokens",
    summary: "List the automation tokens of the company, oldest first",
    description: "The list includes revoked and expired tokens.",
    response: { 200: AutomationTokenList },
  }).answer(async (request, reply) => {
    const { actor } = requireCall(request);
    const items = await listTokens(deps, actor);
    return sendPage(deps, reply, actor, { items, nextCursor: null }, present);
  });

  call("GET", "/tokens/:id", {
    operationId: "getToken",
    summary: "Get an automation token",
    description: "A token of another company gets the same 404 as a token that never existed.",
    params: TokenParams,
    response: { 200: AutomationToken },
  }).answer(async (request) => present(await getToken(deps, requireCall(request).actor, request.params.id)));

  call("POST", "/tokens/:id/rotate", {
    operationId: "rotateToken",
    summary: "Replace an automation token",
    description:
      "The old token works until the new one is used for the first time. A repeated call replaces a new token that was not used.",
    headers: IdempotencyHeaders,
    params: TokenParams,
    body: RotateTokenRequest,
    response: { 200: AutomationTokenWithSecret },
    refusals: ["KEY_REVOKED"],
  }).answer(async (request, reply) => {
    const call = requireRepeatableUserCall(request);
    const result = markReplay(reply, await rotateToken(deps, call, request.params.id, request.body));
    return { ...present(result.record), token: result.token };
  });

  call("POST", "/tokens/:id/revoke", {
    operationId: "revokeToken",
    summary: "Revoke an automation token permanently",
    description: "The token stops working with the next request. The call is safe to repeat.",
    params: TokenParams,
    body: EmptyBody,
    response: { 200: AutomationToken },
  }).answer(async (request) => present(await revokeToken(deps, requireUserCall(request), request.params.id)));
}
