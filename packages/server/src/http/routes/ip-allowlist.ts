import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { allowIp, disallowIp, listAllowedIps } from "../../domain/keys/ip-allowlist.ts";
import { type App, originOf } from "../fastify.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { listRefusals, ofBody } from "../refusals.ts";
import { AllowedIp, AllowIpRequest } from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { idReference, KeyParams } from "../schemas/primitives.ts";

/** Registers the allowlist calls (seed: API Authentication, "IP Allowlisting"). */
export function registerIpAllowlistRoutes(app: App, deps: Dependencies): void {
  const hooks = createSessionHooks(deps, "manage-keys");
  const security = [{ session: [] }];
  const tags = ["IP allowlist"];

  app.get(
    "/keys/:id/ip-allowlist",
    {
      ...hooks,
      config: { refusals: listRefusals("manage-keys", "NOT_FOUND") },
      schema: {
        operationId: "listAllowedIps",
        tags,
        security,
        summary: "List the allowed IP addresses of a key",
        description:
          "An empty list allows every address. The list includes expired entries. They match no address, but the allowlist stays restrictive.",
        params: KeyParams,
        response: { 200: Type.Array(AllowedIp, { maxItems: 100, description: "The entries" }), default: ErrorResponse },
      },
    },
    async (request) => [...(await listAllowedIps(deps, requireSession(request).actor, request.params.id))],
  );

  app.post(
    "/keys/:id/ip-allowlist",
    {
      ...hooks,
      config: { refusals: listRefusals("manage-keys", ...ofBody, "NOT_FOUND", "KEY_REVOKED") },
      schema: {
        operationId: "allowIp",
        tags,
        security,
        summary: "Allow an IP address or CIDR range",
        description: "Returns 201 for a new entry. The same network again returns 200 with the existing entry.",
        params: KeyParams,
        body: AllowIpRequest,
        response: { 200: AllowedIp, 201: AllowedIp, default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { actor } = requireSession(request);
      const { entry, isNew } = await allowIp(deps, actor, request.params.id, request.body, originOf(request));
      return reply.code(isNew ? 201 : 200).send(entry);
    },
  );

  app.delete(
    "/keys/:id/ip-allowlist/:entryId",
    {
      ...hooks,
      config: { refusals: listRefusals("manage-keys", ...ofBody, "NOT_FOUND") },
      schema: {
        operationId: "disallowIp",
        tags,
        security,
        summary: "Remove an entry from the allowlist",
        description:
          "The entry matches no address after this response. If you remove the last entry, every address is allowed.",
        params: Type.Object({ ...KeyParams.properties, entryId: idReference("ID of the entry") }),
        response: { 204: Type.Null({ description: "Done" }), default: ErrorResponse },
      },
    },
    async (request, reply) => {
      const { id, entryId } = request.params;
      await disallowIp(deps, requireSession(request).actor, id, entryId, originOf(request));
      return reply.code(204).send(null);
    },
  );
}
