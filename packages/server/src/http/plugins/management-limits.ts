import type { FastifyRequest } from "fastify";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { LimitedActor } from "../../domain/limits/management-limiter.ts";
import { AppError } from "../../errors.ts";
import type { App } from "../fastify.ts";

/** The rate limit headers of a session, with their OpenAPI descriptions. */
export const rateLimitHeaders = {
  "RateLimit-Limit": "Calls that the session can make in a burst. Missing if the session is unknown",
  "RateLimit-Remaining":
    "Calls that the session can still make in a burst. A page of a long list counts as several calls",
  "RateLimit-Reset": "Seconds until the full burst is available again",
} as const;

/**
 * Takes a rate limit token for a call of a session.
 * @throws {AppError} RATE_LIMITED with the exact Retry-After.
 */
export function admitSession({ managementLimiter }: Dependencies, request: FastifyRequest, actor: LimitedActor): void {
  request.limitedActor = actor;
  const taken = managementLimiter.take(actor);
  if (!taken.allowed) throw new AppError("RATE_LIMITED", { retryAfterSeconds: taken.retryAfterSeconds });
}

/** Adds the `RateLimit` headers to every response with a known session, including errors. */
export function announceLimits(app: App, { managementLimiter }: Dependencies): void {
  app.addHook("onSend", (request, reply, _payload, done) => {
    if (request.limitedActor !== null) {
      const { limit, remaining, resetSeconds } = managementLimiter.measure(request.limitedActor);
      reply.headers({ "RateLimit-Limit": limit, "RateLimit-Remaining": remaining, "RateLimit-Reset": resetSeconds });
    }
    done();
  });
}
