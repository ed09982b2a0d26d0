import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { AppError, type ErrorDetail } from "../../errors.ts";
import { HashingBusyError } from "../../passwords/password-hash.ts";
import { StoreUnavailableError } from "../../store/store.ts";
import type { App } from "../fastify.ts";

const storeRetryAfterSeconds = 2;

/** What Fastify itself refuses, in our words. */
const frameworkErrors: Record<string, () => AppError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AppError("PAYLOAD_TOO_LARGE"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new AppError("UNSUPPORTED_MEDIA_TYPE"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AppError("BAD_REQUEST", { message: "The body is shorter or longer than Content-Length says" }),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new AppError("BAD_REQUEST", { message: "The body is empty; send a JSON object" }),
  FST_ERR_BAD_URL: () => new AppError("BAD_REQUEST", { message: "The path is not validly encoded" }),
};

/** One validation error of Ajv, in words that name the field and the fault. */
function describeValidation(error: FastifyError): AppError {
  const isPath = error.validationContext === "params";
  const details: ErrorDetail[] = (error.validation ?? []).map((problem) => {
    const params: Record<string, unknown> = problem.params;
    const extra = params["additionalProperty"];
    const missing = params["missingProperty"];
    const allowed = params["allowedValues"] ?? params["allowedValue"];
    if (typeof extra === "string") return { path: `${problem.instancePath}/${extra}`, message: "is not a known field" };
    if (typeof missing === "string") return { path: `${problem.instancePath}/${missing}`, message: "is missing" };
    if (allowed !== undefined) return { path: problem.instancePath, message: `must be ${JSON.stringify(allowed)}` };
    return { path: problem.instancePath, message: problem.message ?? "is not valid" };
  });
  if (isPath) return new AppError("NOT_FOUND");
  // A union reports each of its branches; the one that names the field best is enough.
  const perPath = new Map<string, ErrorDetail>();
  for (const detail of details) if (!perPath.has(detail.path)) perPath.set(detail.path, detail);
  const unique = [...perPath.values()];
  const message = unique
    .map((detail) => `${detail.path === "" ? "the body" : detail.path.slice(1)} ${detail.message}`)
    .join("; ");
  return new AppError("VALIDATION_FAILED", { message, details: unique });
}

/** Maps whatever was thrown to an error of the catalogue; unknown errors become one INTERNAL without their text. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HashingBusyError) {
    return new AppError("UNAVAILABLE", { retryAfterSeconds: error.retryAfterSeconds });
  }
  if (error instanceof StoreUnavailableError) {
    return new AppError("UNAVAILABLE", { retryAfterSeconds: storeRetryAfterSeconds, cause: error });
  }
  if (error instanceof Error && "validation" in error) return describeValidation(error as FastifyError);
  if (error instanceof SyntaxError) return new AppError("BAD_REQUEST", { message: "The body is not valid JSON" });
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const known = frameworkErrors[error.code];
    if (known !== undefined) return known();
    if ("statusCode" in error && error.statusCode === 400) {
      return new AppError("BAD_REQUEST", { message: "The request could not be parsed" });
    }
  }
  return new AppError("INTERNAL", { cause: error });
}

/** The documented error body of the plane, for a request id. */
export function errorBody(error: AppError, plane: "external" | "api", requestId: string): object {
  if (plane === "api") return { data: null, error: error.publicMessage, code: error.type };
  return {
    error: {
      code: error.status,
      message: error.publicMessage,
      type: error.type,
      requestId,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}

/** Headers that belong to an error: how to authenticate, when to come back. */
export function errorHeaders(error: AppError): Record<string, string> {
  const headers: Record<string, string> = {};
  if (error.status === 401) headers["www-authenticate"] = 'Bearer realm="briksync"';
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = String(error.retryAfterSeconds);
  return headers;
}

function planeOf(request: FastifyRequest): "external" | "api" {
  return request.routeOptions.config.plane ?? (request.url.startsWith("/api/") ? "api" : "external");
}

/** The only writer of error bodies. */
export function registerErrorHandler(app: App): void {
  app.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const appError = toAppError(error);
    if (appError.type === "INTERNAL")
      request.log.error({ err: appError.cause ?? appError, requestId: request.id }, "unexpected error");
    else if (appError.status === 503)
      request.log.warn({ err: appError.cause ?? appError, requestId: request.id }, "unavailable");
    return reply
      .code(appError.status)
      .headers(errorHeaders(appError))
      .send(errorBody(appError, planeOf(request), request.id));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorBody(new AppError("NOT_FOUND"), planeOf(request), request.id)),
  );
}
