import { METHODS } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type Type from "typebox";
import { ruleOf } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { verifyCredential } from "../../domain/verify/verify-credential.ts";
import { throwEarlyRefusal } from "../early-refusals.ts";
import type { App } from "../fastify.ts";
import { listRefusals } from "../refusals.ts";
import { Verification } from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";
import { presentVerification, readCredential } from "../verification.ts";

/** All methods except the documented GET, and CONNECT, which opens a tunnel. */
const otherMethods = METHODS.filter((method) => method !== "GET" && method !== "CONNECT");

/** Registers the data plane: verifies credentials for reverse proxies and services (contract, section 2). */
export function registerVerifyRoute(app: App, deps: Dependencies): void {
  for (const method of otherMethods) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<Type.Static<typeof Verification>> => {
    throwEarlyRefusal(request);
    const credential = readCredential(request.headers);
    const secret = await verifyCredential(deps, credential, request.clientAddress, request.id);
    reply.header("x-briksync-key-id", secret.keyId);
    reply.header("x-briksync-client-id", secret.clientId);
    reply.header("x-briksync-company-id", secret.companyId);
    return presentVerification(secret);
  };

  const response = { 200: Verification, default: ErrorResponse };
  app.get(
    "/verify",
    {
      config: {
        refusals: listRefusals(
          ruleOf("verify"),
          "MISSING_CREDENTIALS",
          "INVALID_CREDENTIALS",
          "IP_NOT_ALLOWED",
          "RATE_LIMITED",
          "PLAN_UPGRADE_REQUIRED",
        ),
      },
      // The other methods include HEAD.
      exposeHeadRoute: false,
      schema: {
        operationId: "verify",
        tags: ["Verify"],
        security: [{ apiKey: [], apiSecret: [] }, { bearerSecret: [] }],
        summary: "Verify a credential",
        description:
          "Accepts any HTTP method. The headers x-briksync-key-id, x-briksync-client-id and x-briksync-company-id repeat the IDs in the body.",
        response,
      },
    },
    handle,
  );
  app.route({
    method: otherMethods,
    url: "/verify",
    schema: { operationId: "verifyAny", hide: true, response },
    // A proxy can forward the original body of any type and size, so answer before it is read.
    onRequest: async (request, reply) => reply.send(await handle(request, reply)),
    handler: handle,
  });
}
