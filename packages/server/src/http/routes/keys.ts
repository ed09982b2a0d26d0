import type { Dependencies } from "../../domain/dependencies.ts";
import { createKey } from "../../domain/keys/create-key.ts";
import { getKey, listKeys } from "../../domain/keys/list-keys.ts";
import { renameKey } from "../../domain/keys/rename-key.ts";
import { revokeKey } from "../../domain/keys/revoke-key.ts";
import { rotateKey } from "../../domain/rotations/rotate-key.ts";
import { startRotation } from "../../domain/rotations/start-rotation.ts";
import { invalidField } from "../../errors.ts";
import { type App, originOf } from "../fastify.ts";
import { nextPageLink } from "../next-page-link.ts";
import { allowMissingBody } from "../plugins/allow-missing-body.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { markReplay, readIdempotencyKey } from "../plugins/idempotency-key.ts";
import { presentKey, presentKeyWithSecret } from "../present-key.ts";
import { listRefusals, ofBody, ofInput, ofRepeatableCall } from "../refusals.ts";
import {
  ApiKey,
  ApiKeyList,
  ApiKeyWithSecret,
  CreateKeyRequest,
  KeysQuery,
  RenameKeyRequest,
  RotateKeyRequest,
} from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { EmptyBody, IdempotencyHeaders, KeyParams } from "../schemas/primitives.ts";
import { sendJsonList } from "../send-json-list.ts";

/** Registers the key calls (contract, section 1). */
export function registerKeyRoutes(app: App, deps: Dependencies): void {
  const manageKeys = createSessionHooks(deps, "manage-keys");
  const mintSecrets = createSessionHooks(deps, "mint-secrets");
  const security = [{ session: [] }];
  const tags = ["Keys"];

  app.get(
    "/keys",
    {
      ...manageKeys,
      config: { refusals: listRefusals("manage-keys", ...ofInput) },
      schema: {
        operationId: "listKeys",
        tags,
        security,
        summary: "List the keys of the company, oldest first",
        description: 'If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.',
        querystring: KeysQuery,
        response: { 200: ApiKeyList, default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { actor } = requireSession(request);
      const page = await listKeys(deps, actor, request.query);
      deps.managementLimiter.charge(actor, page.keys.length);
      if (page.nextCursor !== null) reply.header("link", nextPageLink(request.url, page.nextCursor));
      const now = deps.now();
      return sendJsonList(reply, deps.turns, page.keys, (key) => presentKey(key, now));
    },
  );

  app.post(
    "/keys",
    {
      ...mintSecrets,
      config: { refusals: listRefusals("mint-secrets", ...ofBody, ...ofRepeatableCall) },
      schema: {
        operationId: "createKey",
        tags,
        security,
        summary: "Create a key and return its secret once",
        description:
          "The name does not have to be unique. With an Idempotency-Key, a repeated call returns the same response for 24 hours, including the secret.",
        headers: IdempotencyHeaders,
        body: CreateKeyRequest,
        response: { 201: ApiKeyWithSecret, default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { actor } = requireSession(request);
      const idempotencyKey = readIdempotencyKey(request);
      const { result, isReplay } = await createKey(deps, actor, request.body, idempotencyKey, originOf(request));
      markReplay(reply, isReplay);
      return reply.code(201).send(presentKeyWithSecret(result));
    },
  );

  app.get(
    "/keys/:id",
    {
      ...manageKeys,
      config: { refusals: listRefusals("manage-keys", "NOT_FOUND") },
      schema: {
        operationId: "getKey",
        tags,
        security,
        summary: "Get a key",
        description: "A key of another company gets the same 404 as a key that never existed.",
        params: KeyParams,
        response: { 200: ApiKey, default: ErrorResponse },
      },
    },
    async (request) => presentKey(await getKey(deps, requireSession(request).actor, request.params.id), deps.now()),
  );

  app.patch(
    "/keys/:id",
    {
      ...manageKeys,
      config: { refusals: listRefusals("manage-keys", ...ofBody, "NOT_FOUND", "KEY_REVOKED") },
      schema: {
        operationId: "renameKey",
        tags,
        security,
        summary: "Rename a key",
        description: "The client ID and the secrets do not change.",
        params: KeyParams,
        body: RenameKeyRequest,
        response: { 200: ApiKey, default: ErrorResponse },
      },
    },
    async (request) => {
      const { actor } = requireSession(request);
      const key = await renameKey(deps, actor, request.params.id, request.body.name, originOf(request));
      return presentKey(key, deps.now());
    },
  );

  app.post(
    "/keys/:id/rotate",
    {
      ...mintSecrets,
      preValidation: allowMissingBody,
      config: {
        refusals: listRefusals(
          "mint-secrets",
          ...ofBody,
          ...ofRepeatableCall,
          "NOT_FOUND",
          "KEY_REVOKED",
          "ROTATION_IN_PROGRESS",
          "TOO_MANY_ROTATIONS",
        ),
      },
      schema: {
        operationId: "rotateKey",
        tags,
        security,
        summary: "Rotate the secret of a key",
        description:
          "The old secret stops working immediately. With `graceSeconds`, it stops working after the grace period. With `mode: staged`, both the current and the new secret work until you finish or abort the rotation.",
        headers: IdempotencyHeaders,
        params: KeyParams,
        body: RotateKeyRequest,
        response: { 200: ApiKeyWithSecret, default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { actor } = requireSession(request);
      const { id } = request.params;
      const { mode, graceSeconds, ...staged } = request.body;
      const idempotencyKey = readIdempotencyKey(request);
      if (mode === "staged" && graceSeconds !== undefined) {
        throw invalidField(
          "/graceSeconds",
          "is not allowed when you start a staged rotation. Set it when you finish the rotation",
        );
      }
      const [misplaced] = mode === "staged" ? [] : Object.keys(staged);
      if (misplaced !== undefined) throw invalidField(`/${misplaced}`, "is allowed only with mode: staged");
      const { result, isReplay } =
        mode === "staged"
          ? await startRotation(deps, actor, id, staged, idempotencyKey, originOf(request))
          : await rotateKey(
              deps,
              actor,
              id,
              graceSeconds === undefined ? {} : { graceSeconds },
              idempotencyKey,
              originOf(request),
            );
      markReplay(reply, isReplay);
      return presentKeyWithSecret(result);
    },
  );

  app.post(
    "/keys/:id/revoke",
    {
      ...manageKeys,
      preValidation: allowMissingBody,
      config: { refusals: listRefusals("manage-keys", ...ofBody, "NOT_FOUND") },
      schema: {
        operationId: "revokeKey",
        tags,
        security,
        summary: "Revoke a key permanently",
        description:
          "After this response, the server accepts no secret of the key. A revoked key cannot be restored. The call is safe to repeat.",
        params: KeyParams,
        body: EmptyBody,
        response: { 200: ApiKey, default: ErrorResponse },
      },
    },
    async (request) => {
      const key = await revokeKey(deps, requireSession(request).actor, request.params.id, originOf(request));
      return presentKey(key, deps.now());
    },
  );
}
