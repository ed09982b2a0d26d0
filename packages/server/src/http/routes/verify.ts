import { METHODS } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { type PresentedCredential, verifyCredential } from "../../domain/verify-credential.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";
import { readBearerToken } from "../plugins/authenticate.ts";
import { Verification } from "../schemas/api-key.ts";
import { ErrorResponse } from "../schemas/error.ts";

/**
 * The credential of a request in one of the two documented forms.
 * @throws {AppError} MISSING_CREDENTIALS for none, BAD_REQUEST for both at once or half of a pair.
 */
function readCredential(request: FastifyRequest): PresentedCredential {
  const { authorization, "x-api-key": clientId, "x-api-secret": clientSecret } = request.headers;
  if (clientId === undefined && clientSecret === undefined) {
    if (authorization === undefined) throw new AppError("MISSING_CREDENTIALS");
    const token = readBearerToken(authorization);
    if (token === null) {
      throw new AppError("BAD_REQUEST", {
        message: "The Authorization header is not of the form: Bearer <clientSecret>",
      });
    }
    return { clientId: null, clientSecret: token };
  }
  if (authorization !== undefined) {
    throw new AppError("BAD_REQUEST", {
      message: "Send either x-api-key with x-api-secret, or Authorization: Bearer, not both",
    });
  }
  if (typeof clientId !== "string" || typeof clientSecret !== "string" || clientId === "" || clientSecret === "") {
    throw new AppError("BAD_REQUEST", { message: "x-api-key and x-api-secret belong together; one is missing" });
  }
  return { clientId, clientSecret };
}

/** Every method but the documented GET, and CONNECT, which asks for a tunnel. */
const otherMethods = METHODS.filter((method) => method !== "GET" && method !== "CONNECT");

/** The data plane: answers reverse proxies and services whether a credential may act (contract, section 2). */
export function registerVerifyRoute(app: App, deps: Dependencies): void {
  for (const method of otherMethods) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<Type.Static<typeof Verification>> => {
    const secret = await verifyCredential(deps, readCredential(request), request.clientAddress);
    reply.header("x-briksync-key-id", secret.keyId);
    reply.header("x-briksync-client-id", secret.clientId);
    reply.header("x-briksync-company-id", secret.companyId);
    return {
      keyId: secret.keyId,
      clientId: secret.clientId,
      companyId: secret.companyId,
      companyName: secret.companyName,
      name: secret.keyName,
      secret: secret.state,
    };
  };

  const response = { 200: Verification, default: ErrorResponse };
  app.get(
    "/verify",
    {
      schema: {
        operationId: "verify",
        tags: ["Verify"],
        security: [{ apiKey: [], apiSecret: [] }, { bearerSecret: [] }],
        summary: "Whether a credential may act now; any HTTP method",
        description: "The answer's x-briksync-key-id, -client-id and -company-id headers repeat the body.",
        response,
      },
    },
    handle,
  );
  app.route({
    method: otherMethods,
    url: "/verify",
    schema: { operationId: "verifyAny", hide: true, response },
    // A proxy may pass the original request's body along, of any type and size: answered before it is even looked at.
    onRequest: async (request, reply) => reply.send(await handle(request, reply)),
    handler: handle,
  });
}
