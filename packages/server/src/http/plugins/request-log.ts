import { type Actor, identifyActor } from "../../domain/access.ts";
import { measureResponse } from "../early-refusals.ts";
import type { App } from "../fastify.ts";

/** Returns whether successful verifications are logged. */
export function isLogVerbose(app: App): boolean {
  return ["debug", "trace"].includes(app.log.level);
}

/** Returns who called. For users, the fields are `userId` and `companyId`. */
function describeCaller(actor: Actor | undefined): Readonly<Record<string, string>> {
  if (actor === undefined) return {};
  return { [`${actor.kind}Id`]: identifyActor(actor), companyId: actor.companyId };
}

/**
 * Logs one line per request with a fixed set of fields. Logs the route template instead of the path and no client
 * input, so that no secret can appear. Successful verifications are logged at `debug`, because they are most of the
 * traffic.
 */
export function registerRequestLog(app: App): void {
  const isVerbose = isLogVerbose(app);
  app.addHook("onResponse", (request, reply, done) => {
    const { statusCode } = reply;
    const route = request.routeOptions.url ?? "(none)";
    const level = statusCode >= 500 ? "error" : statusCode < 400 && route.endsWith("/verify") ? "debug" : "info";
    if (level === "debug" && !isVerbose) return done();
    request.log[level](
      {
        requestId: request.id,
        method: request.method,
        route,
        status: statusCode,
        durationMs: Math.round(measureResponse(request, reply) * 10) / 10,
        ip: request.clientAddress,
        ...describeCaller(request.authenticated?.actor),
      },
      "request",
    );
    done();
  });
}
