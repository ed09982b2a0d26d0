import { createKey } from "../../domain/create-key.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { getKey, listKeys } from "../../domain/list-keys.ts";
import { renameKey } from "../../domain/rename-key.ts";
import { revokeKey } from "../../domain/revoke-key.ts";
import { rotateKey } from "../../domain/rotate-key.ts";
import { startRotation } from "../../domain/start-rotation.ts";
import { invalidField } from "../../errors.ts";
import { type App, originOf } from "../fastify.ts";
import { nextPageLink } from "../next-page-link.ts";
import { allowMissingBody } from "../plugins/allow-missing-body.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { markReplay, readIdempotencyKey } from "../plugins/idempotency-key.ts";
import { presentKey, presentKeyWithSecret } from "../present-key.ts";
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

/** The life of a key (contract, section 1). */
export function registerKeyRoutes(app: App, deps: Dependencies): void {
  const manageKeys = createSessionHooks(deps, "manage-keys");
  const mintSecrets = createSessionHooks(deps, "mint-secrets");
  const security = [{ session: [] }];
  const tags = ["Keys"];

  app.get(
    "/keys",
    {
      ...manageKeys,
      schema: {
        operationId: "listKeys",
        tags,
        security,
        summary: "List the company's keys, oldest first",
        description: 'When there is more, a `Link: <…>; rel="next"` header names the next page.',
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
      schema: {
        operationId: "createKey",
        tags,
        security,
        summary: "Create a key; the secret is shown only in this answer",
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
      schema: {
        operationId: "getKey",
        tags,
        security,
        summary: "One key",
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
      schema: {
        operationId: "renameKey",
        tags,
        security,
        summary: "Give a key another name",
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
      schema: {
        operationId: "rotateKey",
        tags,
        security,
        summary: "Replace the secret; the old one stops working immediately",
        description:
          "With `graceSeconds` the old secret retires instead. With `mode: staged` nothing ends: a pending secret works beside the current one until the rotation is finished.",
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
        throw invalidField("/graceSeconds", "is for finishing a staged rotation, not for its start");
      }
      const [misplaced] = mode === "staged" ? [] : Object.keys(staged);
      if (misplaced !== undefined) throw invalidField(`/${misplaced}`, "goes with mode staged only");
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
      schema: {
        operationId: "revokeKey",
        tags,
        security,
        summary: "End a key for good; repeating it changes nothing",
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
