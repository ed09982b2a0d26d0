import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Dependencies } from "../domain/dependencies.ts";
import type { Cidr } from "../domain/network/cidr.ts";
import { resolveClientAddress } from "../domain/network/client-address.ts";
import { verifyCredential } from "../domain/verify/verify-credential.ts";
import type { LiveSecret } from "../store/records.ts";
import type { AnswerStatistics } from "./answer-statistics.ts";
import type { App } from "./fastify.ts";
import { refuseDuplicateHeaders, refuseMissingHost } from "./plugins/request-checks.ts";
import { presentVerification, readCredential } from "./verification.ts";

/** Path of the fast path and of the regular route. */
export const verifyPath = "/external/v1/auth/verify";

/** The refusal of a request on the fast path, before it goes to the regular route. */
interface Refusal {
  readonly error: unknown;
  readonly spentMs: number;
}
const refusals = new WeakMap<IncomingMessage, Refusal>();

/** Throws the refusal of the fast path, if any, so that the decision is made only once. */
export function throwKnownRefusal(request: FastifyRequest): void {
  const refusal = refusals.get(request.raw);
  if (refusal !== undefined) throw refusal.error;
}

/** Returns the milliseconds from the request headers to the end of the response, on either path. */
export function measureAnswer(request: FastifyRequest, reply: FastifyReply): number {
  return reply.elapsedTime + (refusals.get(request.raw)?.spentMs ?? 0);
}

/** Returns whether the fast path can handle the request. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    url === verifyPath &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined
  );
}

/**
 * Answers accepted GET requests to verify without Fastify, which would double their cost. All other requests, and all
 * refusals, go to the regular route. Both paths call `verifyCredential` and return the same bytes
 * (`test/verify-fast-path.test.ts`). Call this after the app is ready.
 */
export function openVerifyFastPath(
  app: App,
  deps: Dependencies,
  trustedProxies: readonly Cidr[],
  answers: AnswerStatistics,
): void {
  const accepted = answers.find("GET", verifyPath, 200);

  const answer = (response: ServerResponse, requestId: string, secret: LiveSecret): void => {
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
      // Nothing has changed yet, and the regular route gets the same result.
      return null;
    }
  };

  app.server.removeAllListeners("request");
  app.server.on("request", (request, response) => {
    const startMs = performance.now();
    const requestId = deps.newId();
    const decision = isPlain(request) ? decide(request, requestId) : null;
    if (decision === null) return app.routing(request, response);
    decision
      .then((secret) => {
        answer(response, requestId, secret);
        accepted.add(performance.now() - startMs);
      })
      .catch((error: unknown) => {
        refusals.set(request, { error, spentMs: performance.now() - startMs });
        app.routing(request, response);
      });
  });
}
