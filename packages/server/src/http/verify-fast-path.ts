import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dependencies } from "../domain/dependencies.ts";
import type { Cidr } from "../domain/network/cidr.ts";
import { resolveClientAddress } from "../domain/network/client-address.ts";
import { verifyCredential } from "../domain/verify/verify-credential.ts";
import type { LiveSecret } from "../store/records.ts";
import { rememberRefusal } from "./early-refusals.ts";
import type { App } from "./fastify.ts";
import { refuseDuplicateHeaders, refuseMissingHost } from "./plugins/request-checks.ts";
import type { ResponseStatistics } from "./response-statistics.ts";
import { presentVerification, readCredential } from "./verification.ts";

/** The path of verify. The ordinary route has the same path. */
const verifyPath = "/external/v1/auth/verify";

/** Returns whether the fast path can serve a request: a GET of exactly this path, without a body. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    url === verifyPath &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined
  );
}

/**
 * Answers plain GET requests of verify without the framework if the credential is accepted. Most traffic is of this
 * kind, and the framework would cost as much as everything else together. All other requests and all refusals go to the
 * ordinary route. Both use `verifyCredential` and return the same bytes (`test/verify/verify-fast-path.test.ts`). Call
 * it when the app is ready.
 */
export function installVerifyFastPath(
  app: App,
  deps: Dependencies,
  trustedProxies: readonly Cidr[],
  responses: ResponseStatistics,
): void {
  const respond = (response: ServerResponse, requestId: string, secret: LiveSecret): void => {
    const body = JSON.stringify(presentVerification(secret));
    response.writeHead(200, [
      "x-request-id",
      requestId,
      "cache-control",
      "no-store",
      "x-briksync-key-id",
      secret.keyId,
      "x-briksync-client-id",
      secret.clientId,
      "x-briksync-company-id",
      secret.companyId,
      "content-type",
      "application/json; charset=utf-8",
      "content-length",
      String(Buffer.byteLength(body)),
    ]);
    response.end(body);
  };

  const decide = (request: IncomingMessage, requestId: string): Promise<LiveSecret> | null => {
    try {
      refuseDuplicateHeaders(request);
      refuseMissingHost(request);
      const ip = resolveClientAddress(request.socket.remoteAddress, request.headers["x-forwarded-for"], trustedProxies);
      return verifyCredential(deps, readCredential(request.headers), ip, requestId);
    } catch {
      // Nothing has happened yet. The ordinary route refuses the request for the same reason.
      return null;
    }
  };

  responses.startAtZero("GET", verifyPath, 200);
  // Replaces the listener of the framework, which `app.routing` calls.
  app.server.removeAllListeners("request");
  app.server.on("request", (request, response) => {
    const startMs = performance.now();
    const requestId = deps.newId();
    const decision = isPlain(request) ? decide(request, requestId) : null;
    if (decision === null) return app.routing(request, response);
    decision
      .then((secret) => {
        respond(response, requestId, secret);
        responses.add("GET", verifyPath, 200, performance.now() - startMs);
      })
      .catch((error: unknown) => {
        rememberRefusal(request, error, performance.now() - startMs);
        app.routing(request, response);
      });
  });
}
