import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { allowIp, disallowIp, listAllowedIps } from "../../domain/keys/ip-allowlist.ts";
import { createCalls, nothing } from "../describe-call.ts";
import type { App } from "../fastify.ts";
import { requireCall } from "../plugins/authenticate.ts";
import { ofBody } from "../refusals.ts";
import { AllowedIp, AllowIpRequest } from "../schemas/api-key.ts";
import { idReference, KeyParams } from "../schemas/primitives.ts";

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
