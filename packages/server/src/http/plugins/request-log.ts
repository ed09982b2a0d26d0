import { measureAnswer } from "../early-refusals.ts";
import type { App } from "../fastify.ts";

/** Whether successful verifications are logged. */
export function isLogVerbose(app: App): boolean {
  return ["debug", "trace"].includes(app.log.level);
}

/**
 * One line per answered request, of an allow-list of fields. Paths are logged as their route's template and nothing a
 * client typed is copied, so no secret can get in. Successful verifications are logged at `debug`: they are the traffic.
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
        durationMs: Math.round(measureAnswer(request, reply) * 10) / 10,
        ip: request.clientAddress,
        userId: request.authenticated?.actor.userId,
        companyId: request.authenticated?.actor.companyId,
      },
      "request",
    );
    done();
  });
}
