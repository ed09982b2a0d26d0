import type { FastifyRequest } from "fastify";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { LimitedActor } from "../../domain/limits/management-limiter.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";
import { toRateLimitHeaders } from "../rate-limit-headers.ts";

/**
 * Takes a rate limit token for a call of a session.
 * @throws {AppError} RATE_LIMITED with the exact Retry-After.
 */
export function admitSession(
  { managementLimiter }: Pick<Dependencies, "managementLimiter">,
  request: FastifyRequest,
  actor: LimitedActor,
): void {
  request.limitedActor = actor;
  const taken = managementLimiter.take(actor);
  if (!taken.allowed) throw new AppError("RATE_LIMITED", { retryAfterSeconds: taken.retryAfterSeconds });
}

/** Adds the `RateLimit` headers to every response with a known session, including errors. */
export function announceLimits(app: App, { managementLimiter }: Pick<Dependencies, "managementLimiter">): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    if (request.limitedActor !== null) {
      reply.headers(toRateLimitHeaders(managementLimiter.measure(request.limitedActor)));
    }
    done();
  });
}
