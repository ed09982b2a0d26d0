import { randomUUID } from "node:crypto";
import cors from "@fastify/cors";
import Fastify, { type FastifyBaseLogger, LogController } from "fastify";
import type { Cidr } from "./domain/cidr.ts";
import type { Dependencies } from "./domain/dependencies.ts";
import { AppError } from "./errors.ts";
import type { App } from "./http/fastify.ts";
import { errorBody, errorHeaders, registerErrorHandler } from "./http/plugins/error-handler.ts";
import { registerMetrics } from "./http/plugins/metrics.ts";
import { registerOpenapi } from "./http/plugins/openapi.ts";
import { registerRequestChecks } from "./http/plugins/request-checks.ts";
import { registerRequestLog } from "./http/plugins/request-log.ts";
import { registerRouteGuard } from "./http/plugins/route-guard.ts";
import { registerValidation } from "./http/plugins/validation.ts";
import { registerAuditRoutes } from "./http/routes/audit.ts";
import { registerHealthRoutes } from "./http/routes/health.ts";
import { registerIpAllowlistRoutes } from "./http/routes/ip-allowlist.ts";
import { registerKeyRoutes } from "./http/routes/keys.ts";
import { registerSessionRoutes } from "./http/routes/sessions.ts";
import { registerVerifyRoute } from "./http/routes/verify.ts";

/** What the app needs besides the rules' own dependencies. */
export interface AppOptions {
  readonly deps: Dependencies;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  readonly trustedProxies: readonly Cidr[];
  readonly corsOrigins: readonly string[];
  isDraining(): boolean;
}

const bodyBytesMax = 64 * 1024;

/** How Node's parser failed, before there is a request. */
function describeClientError(code: string): { status: number; error: AppError } {
  if (code === "HPE_HEADER_OVERFLOW") {
    return { status: 431, error: new AppError("BAD_REQUEST", { message: "The headers are too large" }) };
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return { status: 408, error: new AppError("BAD_REQUEST", { message: "The request took too long to arrive" }) };
  }
  return { status: 400, error: new AppError("BAD_REQUEST", { message: "This is not HTTP" }) };
}

/** Builds the whole HTTP side: the same object in production and in tests. */
export async function buildApp(options: AppOptions): Promise<App> {
  const { deps } = options;
  const app: App = Fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: a child per request costs more than a key look-up, and lines name the request themselves.
    childLoggerFactory: (logger) => logger,
    genReqId: () => randomUUID(),
    bodyLimit: bodyBytesMax,
    exposeHeadRoutes: false,
    // Requests on open connections are still answered while draining; new connections are not accepted.
    return503OnClosing: false,
    forceCloseConnections: "idle",
    keepAliveTimeout: 72_000,
    requestTimeout: 15_000,
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2_000, maxHeaderSize: 16_384 },
    clientErrorHandler: (error, socket) => {
      if (!socket.writable) return void socket.destroy();
      const requestId = randomUUID();
      const { status, error: appError } = describeClientError(error.code ?? "");
      const body = JSON.stringify({ ...errorBody(appError, "external", requestId) });
      const headers = { ...errorHeaders(appError), "x-request-id": requestId, "content-type": "application/json" };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `HTTP/1.1 ${status} Bad Request\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${lines.join("")}\r\n${body}`,
      );
    },
  });

  registerValidation(app);
  registerErrorHandler(app);
  registerRequestChecks(app, options.trustedProxies);
  registerRequestLog(app);
  registerMetrics(app, options.version);
  await registerOpenapi(app, options.version);
  registerRouteGuard(app);

  registerHealthRoutes(app, deps, options.isDraining);
  await app.register(
    async (external: App) => {
      await external.register(async (management: App) => {
        if (options.corsOrigins.length > 0) {
          await management.register(cors, {
            origin: [...options.corsOrigins],
            methods: ["GET", "POST", "PATCH", "DELETE"],
            exposedHeaders: ["link", "retry-after", "x-request-id"],
          });
        }
        registerSessionRoutes(management, deps);
        registerKeyRoutes(management, deps);
        registerIpAllowlistRoutes(management, deps);
        registerAuditRoutes(management, deps);
      });
      await external.register(async (data: App) => registerVerifyRoute(data, deps));
    },
    { prefix: "/external/v1/auth" },
  );
  await app.ready();
  return app;
}
