import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";

/** The decision of verify's fast path about a request that it left to the ordinary route. */
interface EarlyRefusal {
  readonly error: unknown;
  readonly spentMs: number;
}
const refusals = new WeakMap<IncomingMessage, EarlyRefusal>();

/** Remembers why a request was refused, and how many milliseconds that took. */
export function rememberRefusal(request: IncomingMessage, error: unknown, spentMs: number): void {
  refusals.set(request, { error, spentMs });
}

/** Throws the stored refusal of a request, if there is one, so that no request is decided twice. */
export function throwEarlyRefusal(request: FastifyRequest): void {
  const refusal = refusals.get(request.raw);
  if (refusal !== undefined) throw refusal.error;
}

/** Returns the milliseconds from the headers of a request to the end of its response, including an early refusal. */
export function measureResponse(request: FastifyRequest, reply: FastifyReply): number {
  return reply.elapsedTime + (refusals.get(request.raw)?.spentMs ?? 0);
}
