import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import {
  createTrust,
  disableTrust,
  enableTrust,
  getTrust,
  listTrustEvents,
  listTrusts,
  removeTrust,
  testTrust,
} from "../../domain/trusts/manage-trusts.ts";
import type { TrustRecord } from "../../store/records.ts";
import { createCalls, nothing } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireCall, requireUserCall } from "../plugins/authenticate.ts";
import { presentTrust, presentTrustEvent } from "../present-pipeline.ts";
import { ofBody } from "../refusals.ts";
import { EmptyBody } from "../schemas/primitives.ts";
import {
  CreateTrustRequest,
  TestTrustRequest,
  Trust,
  TrustEvent,
  TrustList,
  TrustLogQuery,
  TrustParams,
  TrustTest,
} from "../schemas/trust.ts";
import { sendPage } from "../send-page.ts";

/** A trust has at most a hundred keys. With one more active key, it does not cover all. */
const activeKeysMax = 101;

/** Registers the management of trusts (contract, section 9). */
export function registerTrustRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Trusts");
  const present = async (trust: TrustRecord): Promise<Type.Static<typeof Trust>> =>
    presentTrust(trust, await deps.store.keys.listActiveIds(trust.companyId, activeKeysMax));

  call("POST", "/trusts", {
    operationId: "createTrust",
    summary: "Let a workflow of a CI system rotate keys",
    description:
      "A run whose token has exactly these claims can exchange it for a token that allows staged rotations of the named keys.",
    body: CreateTrustRequest,
    response: { 201: Trust },
  }).answer(async (request, reply) => {
    const trust = await createTrust(deps, requireUserCall(request), request.body);
    return reply.code(201).send(await present(trust));
  });

  call("GET", "/trusts", {
    operationId: "listTrusts",
    summary: "List the trusts of the company, oldest first",
    description: "A company has at most 100 trusts.",
    response: { 200: TrustList },
  }).answer(async (request) => {
    const { actor } = requireCall(request);
    const trusts = await listTrusts(deps, actor);
    const activeKeyIds = await deps.store.keys.listActiveIds(actor.companyId, activeKeysMax);
    return trusts.map((trust) => presentTrust(trust, activeKeyIds));
  });

  call("GET", "/trusts/:id", {
    operationId: "getTrust",
    summary: "Get a trust",
    description: "A trust of another company gets the same 404 as a trust that never existed.",
    params: TrustParams,
    response: { 200: Trust },
  }).answer(async (request) => present(await getTrust(deps, requireCall(request).actor, request.params.id)));

  call("POST", "/trusts/:id/disable", {
    operationId: "disableTrust",
    summary: "Disable a trust",
    description: "The tokens of its runs stop working with the next request. The call is safe to repeat.",
    params: TrustParams,
    body: EmptyBody,
    response: { 200: Trust },
  }).answer(async (request) => present(await disableTrust(deps, requireUserCall(request), request.params.id)));

  call("POST", "/trusts/:id/enable", {
    operationId: "enableTrust",
    summary: "Enable a disabled trust",
    description: "Runs can exchange their tokens again. The call is safe to repeat.",
    params: TrustParams,
    body: EmptyBody,
    response: { 200: Trust },
  }).answer(async (request) => present(await enableTrust(deps, requireUserCall(request), request.params.id)));

  call("DELETE", "/trusts/:id", {
    operationId: "removeTrust",
    summary: "Remove a trust",
    description:
      "The tokens of its runs stop working with the next request. The log of the trust is removed, and the audit trail stays.",
    params: TrustParams,
    response: nothing,
    refusals: [...ofBody],
  }).answerNothing((request) => removeTrust(deps, requireUserCall(request), request.params.id));

  call("GET", "/trusts/:id/log", {
    operationId: "listTrustEvents",
    summary: "List the allowed and refused exchanges of a trust, newest first",
    description:
      'If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page. The server keeps the log for 90 days.',
    params: TrustParams,
    querystring: TrustLogQuery,
    response: { 200: Type.Array(TrustEvent, { maxItems: 1000, description: "The exchanges" }) },
  }).answer(async (request, reply) => {
    const { actor } = requireCall(request);
    const page = await listTrustEvents(deps, actor, request.params.id, request.query);
    return sendPage(deps, reply, actor, page, presentTrustEvent);
  });

  call("POST", "/trusts/:id/test", {
    operationId: "testTrust",
    summary: "Compare the claims of a token with a trust",
    description: "Changes nothing.",
    params: TrustParams,
    body: TestTrustRequest,
    response: { 200: TrustTest },
  }).answer(async (request) => {
    const { actor } = requireCall(request);
    const verdicts = await testTrust(deps, actor, request.params.id, request.body.claims);
    return {
      allowed: verdicts.every(({ isOk }) => isOk),
      claims: verdicts.map(({ claim, has, wants, isOk }) => ({ claim, has, wants, ok: isOk })),
    };
  });
}
