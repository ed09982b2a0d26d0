import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { createKey } from "../../domain/keys/create-key.ts";
import { allowIp, disallowIp, listAllowedIps } from "../../domain/keys/ip-allowlist.ts";
import { getKey, listKeys } from "../../domain/keys/list-keys.ts";
import { renameKey } from "../../domain/keys/rename-key.ts";
import { revokeKey } from "../../domain/keys/revoke-key.ts";
import { rotateKey } from "../../domain/rotations/rotate-key.ts";
import { createCalls, nothing } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireCall } from "../plugins/authenticate.ts";
import { markReplay, requireRepeatableCall } from "../plugins/idempotency-key.ts";
import { presentKey, presentKeyWithSecret } from "../present-key.ts";
import { ofBody } from "../refusals.ts";
import {
  AllowedIp,
  AllowIpRequest,
  ApiKey,
  ApiKeyList,
  ApiKeyWithSecret,
  CreateKeyRequest,
  KeysQuery,
  RenameKeyRequest,
  RotateKeyRequest,
} from "../schemas/api-key.ts";
import { EmptyBody, IdempotencyHeaders, idReference, KeyParams } from "../schemas/primitives.ts";
import { sendPage } from "../send-page.ts";

/** Registers the key calls (contract, section 1). */
export function registerKeyRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Keys");

  call("GET", "/keys", {
    operationId: "listKeys",
    summary: "List the keys of the company, oldest first",
    description: 'If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.',
    querystring: KeysQuery,
    response: { 200: ApiKeyList },
  }).answer(async (request, reply) => {
    const { actor } = requireCall(request);
    const page = await listKeys(deps, actor, request.query);
    const now = deps.now();
    return sendPage(deps, reply, actor, page, (key) => presentKey(key, now));
  });

  call("POST", "/keys", {
    operationId: "createKey",
    summary: "Create a key and return its secret once",
    description:
      "The name does not have to be unique. With an Idempotency-Key, a repeated call returns the same response for 24 hours, including the secret.",
    headers: IdempotencyHeaders,
    body: CreateKeyRequest,
    response: { 201: ApiKeyWithSecret },
  }).answer(async (request, reply) => {
    const result = markReplay(reply, await createKey(deps, requireRepeatableCall(request), request.body));
    return reply.code(201).send(presentKeyWithSecret(result));
  });

  call("GET", "/keys/:id", {
    operationId: "getKey",
    summary: "Get a key",
    description: "A key of another company gets the same 404 as a key that never existed.",
    params: KeyParams,
    response: { 200: ApiKey },
  }).answer(async (request) =>
    presentKey(await getKey(deps, requireCall(request).actor, request.params.id), deps.now()),
  );

  call("PATCH", "/keys/:id", {
    operationId: "renameKey",
    summary: "Rename a key",
    description: "The client ID and the secrets do not change.",
    params: KeyParams,
    body: RenameKeyRequest,
    response: { 200: ApiKey },
    refusals: ["KEY_REVOKED"],
  }).answer(async (request) => {
    const key = await renameKey(deps, requireCall(request), request.params.id, request.body.name);
    return presentKey(key, deps.now());
  });

  call("POST", "/keys/:id/rotate", {
    operationId: "rotateKey",
    summary: "Rotate the secret of a key",
    description:
      "The old secret stops working immediately. With `graceSeconds`, it stops working after the grace period. With `mode: staged`, both the current and the new secret work until you finish or abort the rotation.",
    headers: IdempotencyHeaders,
    params: KeyParams,
    body: RotateKeyRequest,
    response: { 200: ApiKeyWithSecret },
    refusals: ["KEY_REVOKED", "ROTATION_IN_PROGRESS", "TOO_MANY_ROTATIONS"],
  }).answer(async (request, reply) => {
    const result = markReplay(
      reply,
      await rotateKey(deps, requireRepeatableCall(request), request.params.id, request.body),
    );
    return presentKeyWithSecret(result);
  });

  call("POST", "/keys/:id/revoke", {
    operationId: "revokeKey",
    summary: "Revoke a key permanently",
    description:
      "After this response, the server accepts no secret of the key. A revoked key cannot be restored. The call is safe to repeat.",
    params: KeyParams,
    body: EmptyBody,
    response: { 200: ApiKey },
  }).answer(async (request) => presentKey(await revokeKey(deps, requireCall(request), request.params.id), deps.now()));
}

/** Registers the allowlist calls (seed: API Authentication, "IP Allowlisting"). */
export function registerIpAllowlistRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "IP allowlist");

  call("GET", "/keys/:id/ip-allowlist", {
    operationId: "listAllowedIps",
    summary: "List the allowed IP addresses of a key",
    description:
      "An empty list allows every address. The list includes expired entries. They match no address, but the allowlist stays restrictive.",
    params: KeyParams,
    response: { 200: Type.Array(AllowedIp, { maxItems: 100, description: "The entries" }) },
  }).answer(async (request) => listAllowedIps(deps, requireCall(request).actor, request.params.id));

  call("POST", "/keys/:id/ip-allowlist", {
    operationId: "allowIp",
    summary: "Allow an IP address or CIDR range",
    description:
      "Returns 201 for a new entry. The same network again returns 200 with the existing entry, with the new note, if any, " +
      "and the later expiry. With `mayShorten`, it has the new expiry in any case.",
    params: KeyParams,
    body: AllowIpRequest,
    response: { 200: AllowedIp, 201: AllowedIp },
    refusals: ["KEY_REVOKED"],
  }).answer(async (request, reply) => {
    const { entry, isNew } = await allowIp(deps, requireCall(request), request.params.id, request.body);
    return reply.code(isNew ? 201 : 200).send(entry);
  });

  call("DELETE", "/keys/:id/ip-allowlist/:entryId", {
    operationId: "disallowIp",
    summary: "Remove an entry from the allowlist",
    description:
      "The entry matches no address after this response. If you remove the last entry, every address is allowed.",
    params: Type.Object({ ...KeyParams.properties, entryId: idReference("ID of the entry") }),
    response: nothing,
    refusals: [...ofBody],
  }).answerNothing((request) => {
    const { id, entryId } = request.params;
    return disallowIp(deps, requireCall(request), id, entryId);
  });
}
