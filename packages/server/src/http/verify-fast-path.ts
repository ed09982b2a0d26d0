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

/** Where the short way goes; the ordinary route stands at the same place. */
export const verifyPath = "/external/v1/auth/verify";

/** What became of a request on the short way before it was left to the ordinary one. */
interface Refusal {
  readonly error: unknown;
  readonly spentMs: number;
}
const refusals = new WeakMap<IncomingMessage, Refusal>();

/** Throws what the short way refused the request with, if it was there: the decision is made once. */
export function throwKnownRefusal(request: FastifyRequest): void {
  const refusal = refusals.get(request.raw);
  if (refusal !== undefined) throw refusal.error;
}

/** Milliseconds from the headers of a request to the end of its answer, on whichever way. */
export function measureAnswer(request: FastifyRequest, reply: FastifyReply): number {
  return reply.elapsedTime + (refusals.get(request.raw)?.spentMs ?? 0);
}

/** Whether nothing about the request asks for more than the short way does. */
function isPlain({ method, url, headers }: IncomingMessage): boolean {
  return (
    method === "GET" &&
    url === verifyPath &&
    headers["content-length"] === undefined &&
    headers["transfer-encoding"] === undefined
  );
}

/**
 * Answers a plain GET of verify that is accepted, which is the traffic, without the framework; it would cost as much as
 * everything else together. Anything else about a request, and every refusal, is left to the ordinary route. Both
 * decide by `verifyCredential` and say the same, byte for byte (`test/verify-fast-path.test.ts`). Call when the app is ready.
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
      // Nothing has happened yet, and the ordinary route will find the same.
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
