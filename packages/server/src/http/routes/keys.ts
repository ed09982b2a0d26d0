import type Type from "typebox";
import { createKey, type KeyWithSecret } from "../../domain/create-key.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { getKey, listKeys } from "../../domain/list-keys.ts";
import { renameKey } from "../../domain/rename-key.ts";
import { revokeKey } from "../../domain/revoke-key.ts";
import { rotateKey } from "../../domain/rotate-key.ts";
import type { KeyRecord } from "../../store/records.ts";
import { type App, originOf } from "../fastify.ts";
import { nextPageLink } from "../next-page-link.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import {
  ApiKey,
  ApiKeyList,
  ApiKeyWithSecret,
  CreateKeyRequest,
  KeysQuery,
  RenameKeyRequest,
} from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { EmptyBody, KeyParams } from "../schemas/primitives.ts";

function presentKey(key: KeyRecord): Type.Static<typeof ApiKey> {
  return { ...key, ipAllowlist: key.ipAllowlist.map((entry) => ({ ...entry })), rotation: null };
}

function presentKeyWithSecret({ key, clientSecret }: KeyWithSecret): Type.Static<typeof ApiKeyWithSecret> {
  return { ...presentKey(key), clientSecret };
}

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
      const page = await listKeys(deps, requireSession(request).actor, request.query);
      if (page.nextCursor !== null) reply.header("link", nextPageLink(request.url, page.nextCursor));
      return page.keys.map(presentKey);
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
        body: CreateKeyRequest,
        response: { 201: ApiKeyWithSecret, default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const created = await createKey(deps, requireSession(request).actor, request.body, originOf(request));
      return reply.code(201).send(presentKeyWithSecret(created));
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
    async (request) => presentKey(await getKey(deps, requireSession(request).actor, request.params.id)),
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
      return presentKey(await renameKey(deps, actor, request.params.id, request.body.name, originOf(request)));
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
        params: KeyParams,
        body: EmptyBody,
        response: { 200: ApiKeyWithSecret, default: ErrorResponse },
      },
    },
    async (request) =>
      presentKeyWithSecret(await rotateKey(deps, requireSession(request).actor, request.params.id, originOf(request))),
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
    async (request) =>
      presentKey(await revokeKey(deps, requireSession(request).actor, request.params.id, originOf(request))),
  );
}

/** The documented calls of rotate and revoke have no body at all; an empty object is as good. */
async function allowMissingBody(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}
