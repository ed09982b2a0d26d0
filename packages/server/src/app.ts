import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { Dependencies } from "./domain/dependencies.ts";
import type { Cidr } from "./domain/network/cidr.ts";
import { notFound } from "./errors.ts";
import { findDashboard, loadAssets } from "./http/assets.ts";
import { createPublicUrl } from "./http/browser-calls.ts";
import { answerHalfClosedClients, createResponseClass } from "./http/connections.ts";
import type { App } from "./http/fastify.ts";
import { icon, plainStyle } from "./http/pages/send-html.ts";
import { answerRouterError, registerErrorHandler } from "./http/plugins/error-handler.ts";
import { acceptFormBodies } from "./http/plugins/form-bodies.ts";
import { announceReplay } from "./http/plugins/idempotency-key.ts";
import { announceLimits, rateLimitHeaders } from "./http/plugins/management-limits.ts";
import { registerMetrics } from "./http/plugins/metrics.ts";
import { registerOpenapi } from "./http/plugins/openapi.ts";
import { answerClientError, answerExpectation } from "./http/plugins/protocol-errors.ts";
import { registerRequestChecks } from "./http/plugins/request-checks.ts";
import { isLogVerbose, registerRequestLog } from "./http/plugins/request-log.ts";
import { registerRouteGuard } from "./http/plugins/route-guard.ts";
import { registerValidation } from "./http/plugins/validation.ts";
import { ResponseStatistics } from "./http/response-statistics.ts";
import { registerAuditRoutes } from "./http/routes/audit.ts";
import { registerAuthCallbackRoutes } from "./http/routes/auth-callback.ts";
import { registerBrowserSessionRoutes } from "./http/routes/browser-session.ts";
import { registerCronRoute } from "./http/routes/cron.ts";
import { registerDeviceSignInRoutes } from "./http/routes/device-sign-in.ts";
import { registerExchangeRoutes } from "./http/routes/exchange.ts";
import { registerHealthRoutes } from "./http/routes/health.ts";
import { registerIpAllowlistRoutes, registerKeyRoutes } from "./http/routes/keys.ts";
import { registerPageRoutes } from "./http/routes/pages.ts";
import { registerRotationRoutes } from "./http/routes/rotations.ts";
import { registerSecondFactorRoutes } from "./http/routes/second-factor.ts";
import { registerOwnSessionRoutes, registerSessionRoutes } from "./http/routes/sessions.ts";
import { registerTokenRoutes } from "./http/routes/tokens.ts";
import { registerTrustRoutes } from "./http/routes/trusts.ts";
import { registerVerifyRoute } from "./http/routes/verify.ts";
import { registerWebhookRoute } from "./http/routes/webhooks.ts";
import { installVerifyFastPath } from "./http/verify-fast-path.ts";

/** Options of the app, besides the dependencies of the domain. */
export interface AppOptions {
  readonly deps: Dependencies;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  readonly trustedProxies: readonly Cidr[];
  readonly corsOrigins: readonly string[];
  /** If undefined, `/api/cron` returns 404. */
  readonly cronSecret: string | undefined;
  isDraining(): boolean;
}

/** Answers OPTIONS like any unsupported method, unless it is a preflight of a browser (Fetch, section 3.2.2). */
function refuseOtherOptions(app: App): void {
  app.addHook("onRequest", async ({ method, headers }) => {
    const isPreflight = headers.origin !== undefined && headers["access-control-request-method"] !== undefined;
    if (method === "OPTIONS" && !isPreflight) throw notFound();
  });
}

const bodyBytesMax = 64 * 1024;
const headerBytesMax = 16 * 1024;

/** Returns the HTTP app, for production and tests. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { deps } = options;
  const responses = new ResponseStatistics();
  const app: App = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all requests. A child logger is slower than adding the request ID to each line.
    childLoggerFactory: (logger) => logger,
    genReqId: () => randomUUID(),
    bodyLimit: bodyBytesMax,
    // All GET routes also answer HEAD with the same status and headers (RFC 9110, section 9.3.2).
    exposeHeadRoutes: true,
    // While draining, answer requests on open connections, but accept no new connections.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 72_000,
    requestTimeout: 15_000,
    http: {
      headersTimeout: 10_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: headerBytesMax,
      // Node's own refusal of a request without Host has no body and no request ID. See request-checks.ts.
      requireHostHeader: false,
      ServerResponse: createResponseClass(options.isDraining),
    },
    // Pass IDs of any length to the store, so that all unknown IDs get the same 404 after the session check.
    routerOptions: { maxParamLength: headerBytesMax },
    frameworkErrors: answerRouterError,
    clientErrorHandler: answerClientError,
  });
  // Node would drop headers above a limit, also those of a proxy. Their total size is limited above.
  app.server.maxHeadersCount = 0;
  app.server.on("checkExpectation", answerExpectation);
  answerHalfClosedClients(app);

  registerValidation(app);
  registerErrorHandler(app);
  registerRequestChecks(app, options.trustedProxies);
  registerRequestLog(app);
  registerMetrics(app, options.version, deps.retention, responses);
  await registerOpenapi(app, options.version);
  registerRouteGuard(app);

  registerHealthRoutes(app, deps, options.isDraining);
  registerCronRoute(app, deps, options.cronSecret);
  const publicUrl = createPublicUrl(app, deps.settings.publicUrl);
  const assets = loadAssets(findDashboard(), { plainStyle, icon });
  await app.register(async (pages: App) => registerPageRoutes(pages, deps, { assets, publicUrl }));
  await app.register(async (browsers: App) => registerBrowserSessionRoutes(browsers, deps, { assets, publicUrl }));
  await app.register(async (browsers: App) => registerSecondFactorRoutes(browsers, deps, { assets, publicUrl }));
  await app.register(async (browsers: App) => registerAuthCallbackRoutes(browsers, deps, publicUrl));
  await app.register(async (webhooks: App) => registerWebhookRoute(webhooks, deps));
  await app.register(
    async (external: App) => {
      await external.register(async (management: App) => {
        if (options.corsOrigins.length > 0) {
          refuseOtherOptions(management);
          await management.register(cors, {
            origin: [...options.corsOrigins],
            methods: ["GET", "POST", "PATCH", "DELETE"],
            strictPreflight: false,
            exposedHeaders: [
              "idempotency-replayed",
              "link",
              ...Object.keys(rateLimitHeaders).map((name) => name.toLowerCase()),
              "retry-after",
              "x-briksync-idempotency-replay",
              "x-briksync-unknown-route",
              "x-request-id",
            ],
          });
        }
        announceReplay(management);
        announceLimits(management, deps);
        registerSessionRoutes(management, deps);
        registerOwnSessionRoutes(management, deps);
        registerKeyRoutes(management, deps);
        registerRotationRoutes(management, deps);
        registerIpAllowlistRoutes(management, deps);
        registerAuditRoutes(management, deps);
        registerTrustRoutes(management, deps);
        registerTokenRoutes(management, deps);
        await management.register(async (forms: App) => {
          acceptFormBodies(forms);
          registerExchangeRoutes(forms, deps, publicUrl);
          registerDeviceSignInRoutes(forms, deps, publicUrl);
        });
      });
      await external.register(async (data: App) => registerVerifyRoute(data, deps));
    },
    { prefix: "/external/v1/auth" },
  );
  await app.ready();
  if (!isLogVerbose(app)) installVerifyFastPath(app, deps, options.trustedProxies, responses);
  return app;
}
