import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { IdentityProviderUnavailableError } from "../../domain/identity/identity-provider.ts";
import { HashingBusyError } from "../../domain/passwords/hash-queue.ts";
import { AppError, notFound } from "../../errors.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../store/store.ts";
import type { App } from "../fastify.ts";
import { replayHeaders } from "./idempotency-key.ts";
import { describeProblems } from "./validation-message.ts";

/** Retry-After in seconds if the database cannot serve a call. */
export const storeRetryAfterSeconds = 2;

/** Errors of Fastify, with the messages of this server. */
const frameworkErrors: Record<string, () => AppError> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new AppError("PAYLOAD_TOO_LARGE"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new AppError("UNSUPPORTED_MEDIA_TYPE"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AppError("BAD_REQUEST", { message: "The length of the body differs from Content-Length" }),
  FST_ERR_BAD_URL: () => new AppError("BAD_REQUEST", { message: "The path has an invalid encoding" }),
};

/** Converts errors of Ajv to a message with the invalid fields. */
function describeValidation(error: FastifyError): AppError {
  if (error.validationContext === "params") return notFound();
  const details = describeProblems(error.validation ?? []);
  const message = details
    .map((detail) => `${detail.path === "" ? "the body" : detail.path.slice(1)} ${detail.message}`)
    .join("; ");
  return new AppError("VALIDATION_FAILED", { message, details });
}

/** Converts any thrown value to an error of the catalog. Unknown errors become INTERNAL without their message. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HashingBusyError) {
    return new AppError("UNAVAILABLE", { retryAfterSeconds: error.retryAfterSeconds });
  }
  if (error instanceof IdentityProviderUnavailableError) {
    return new AppError("UNAVAILABLE", {
      message: "The identity provider does not respond. Retry later",
      retryAfterSeconds: error.retryAfterSeconds,
      cause: error,
    });
  }
  if (error instanceof StoreUnavailableError) {
    return new AppError("UNAVAILABLE", { retryAfterSeconds: storeRetryAfterSeconds, cause: error });
  }
  if (error instanceof StoreOutcomeUnknownError) {
    // Not UNAVAILABLE, which means that nothing was changed. Clients treat INTERNAL as an unknown outcome.
    return new AppError("INTERNAL", {
      message: "The server cannot tell whether the change was saved. Check the state before you retry",
      cause: error,
    });
  }
  if (error instanceof Error && "validation" in error) return describeValidation(error as FastifyError);
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    const known = frameworkErrors[error.code];
    if (known !== undefined) return known();
    if ("statusCode" in error && error.statusCode === 400) {
      return new AppError("BAD_REQUEST", { message: "The request could not be parsed" });
    }
  }
  return new AppError("INTERNAL", { cause: error });
}

/**
 * Returns the documented error body of the plane. `status` is the status of the error, unless HTTP has a more specific
 * one.
 */
export function errorBody(
  error: AppError,
  plane: "external" | "api",
  requestId: string,
  status: number = error.status,
): object {
  if (plane === "api") return { data: null, error: error.publicMessage, code: error.type };
  return {
    error: {
      code: status,
      message: error.publicMessage,
      type: error.type,
      requestId,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  };
}

/**
 * Returns the headers of an error: its type (for proxies that cannot forward a body), WWW-Authenticate and Retry-After.
 */
export function errorHeaders(error: AppError): Record<string, string> {
  const headers: Record<string, string> = { "x-briksync-error-type": error.type };
  if (error.status === 401) headers["www-authenticate"] = 'Bearer realm="briksync"';
  if (error.retryAfterSeconds !== undefined) headers["retry-after"] = String(error.retryAfterSeconds);
  return headers;
}

function planeOf(request: FastifyRequest): "external" | "api" {
  return request.routeOptions.config?.plane ?? (request.url.startsWith("/api/") ? "api" : "external");
}

function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const appError = toAppError(error);
  const context = { err: appError.cause ?? appError, requestId: request.id };
  if (appError.type === "INTERNAL") request.log.error(context, "unexpected error");
  else if (appError.status === 503) request.log.warn(context, "unavailable");
  return reply
    .code(appError.status)
    .headers(errorHeaders(appError))
    .send(errorBody(appError, planeOf(request), request.id));
}

/** Answers paths that the router cannot read. No hook has run for them. */
export function answerRouterError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ "x-request-id": request.id, "cache-control": "no-store" });
  sendError(error, request, reply);
}

/** Registers the handler that writes all error bodies. */
export function registerErrorHandler(app: App): void {
  app.setErrorHandler(sendError);
  app.setNotFoundHandler((request, reply) => {
    // A newer client may call an operation that this server does not have. The header distinguishes this from a masked
    // key.
    reply.headers({ ...replayHeaders, "x-briksync-unknown-route": "true" });
    sendError(notFound(), request, reply);
  });
}
