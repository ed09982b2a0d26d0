import { type ErrorBody, readErrorBody } from "./error-body.ts";
import type { ErrorType, Outcome } from "./error-types.ts";
import {
  AbortedError,
  ApiError,
  type BrikSyncError,
  ConfigurationError,
  ConnectionError,
  type ErrorFacts,
  ResponseError,
  TimeoutError,
} from "./errors.ts";
import { describeCause, isLastingFault } from "./network-fault.ts";
import { redact } from "./redact.ts";
import { isTransientStatus, parseRetryAfter } from "./retry.ts";
import type { TransportFailure, TransportResponse } from "./transport/transport.ts";

const ERROR_CLASSES = { ApiError, ConnectionError, TimeoutError, AbortedError, ResponseError, ConfigurationError };

/** Why one attempt failed, before it is decided whether there is another one. */
export interface Problem {
  readonly name: keyof typeof ERROR_CLASSES;
  readonly type: ErrorType;
  readonly message: string;
  readonly outcome: Outcome;
  readonly isTransient: boolean;
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  readonly details?: ErrorFacts["details"];
  readonly feature?: string;
  readonly cause?: unknown;
}

/** What the wording of a problem needs to know about the call. */
export interface ProblemContext {
  readonly origin: string;
  /** Name of an operation that servers may lack. */
  readonly feature: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** Describes an answer with an error status. */
export function describeErrorResponse(response: TransportResponse, context: ProblemContext): Problem {
  const { status } = response;
  const body = status >= 400 ? readErrorBody(status, response.body) : null;
  const requestId = body?.requestId ?? response.header("x-request-id");
  const retryAfterMs = parseRetryAfter(response.header("retry-after"), context.nowMs);
  const isMissing = (status === 404 || status === 405) && context.feature !== undefined && body?.isTyped !== true;
  const facts = {
    status,
    outcome: readOutcome(status, body),
    isTransient: isTransientStatus(status),
    ...(requestId && { requestId: redact(requestId, context.secrets) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  if (body === null && !isMissing) {
    return { ...facts, name: "ResponseError", type: "INVALID_RESPONSE", message: wordUnreadable(response, context) };
  }
  return {
    ...facts,
    name: "ApiError",
    type: body?.type ?? "NOT_FOUND",
    message: redact(body?.message ?? "Resource does not exist", context.secrets),
    ...(body?.details && { details: body.details.map((detail) => redactDetail(detail, context.secrets)) }),
    ...(isMissing && { feature: context.feature }),
  };
}

function redactDetail({ path, message }: { path: string; message: string }, secrets: readonly string[]) {
  return { path: redact(path, secrets), message: redact(message, secrets) };
}

/** A redirect, a gateway's error and a server's own 500 leave open what happened before; any other refusal does not. */
function readOutcome(status: number, body: ErrorBody | null): Outcome {
  if (status >= 400 && status < 500) return "rejected";
  return status === 503 && body?.type === "UNAVAILABLE" && body.isTyped ? "rejected" : "unknown";
}

function wordUnreadable(response: TransportResponse, { origin }: ProblemContext): string {
  if (response.status < 400) return wordRedirect(response.status, response.header("location"), origin);
  const sort = response.body === "" ? "an empty body" : (response.header("content-type") ?? "no content type");
  return `The server at ${origin} answered ${response.status} with ${sort} instead of a BrikSync error. Is this the right address, or is a proxy in between?`;
}

function wordRedirect(status: number, location: string | null, origin: string): string {
  const where = location !== null && URL.canParse(location, origin) ? ` to ${new URL(location, origin).origin}` : "";
  return `The server at ${origin} answered with a redirect (${status})${where}. Redirects are not followed, because credentials would go along: set baseUrl to the final address.`;
}

/** Describes an answer with a good status and a body that is not the documented one. */
export function describeUnreadable(response: TransportResponse, context: ProblemContext): Problem {
  const sort = response.header("content-type") ?? "no content type";
  const what =
    response.body === "" ? "an empty body" : /json/.test(sort) ? "JSON that is not the documented answer" : sort;
  const requestId = response.header("x-request-id");
  return {
    name: "ResponseError",
    type: "INVALID_RESPONSE",
    message: `The server at ${context.origin} answered ${response.status} with ${what}. Is this the address of a BrikSync server?`,
    status: response.status,
    outcome: "unknown",
    isTransient: false,
    ...(requestId && { requestId: redact(requestId, context.secrets) }),
  };
}

/** Describes a call that got no whole answer. */
export function describeFailure(failure: TransportFailure, context: ProblemContext): Problem {
  const outcome = failure.wasSent ? "unknown" : "not-sent";
  const status = failure.status === undefined ? {} : { status: failure.status };
  const cause = failure.cause === undefined ? {} : { cause: describeCause(failure.cause, context.secrets) };
  switch (failure.kind) {
    case "connection": {
      const isLasting = isLastingFault(failure.cause);
      const message = `Cannot reach ${context.origin}: ${cause.cause?.message ?? "the connection failed"}.`;
      return {
        name: "ConnectionError",
        type: "CONNECTION_FAILED",
        message,
        outcome,
        isTransient: !isLasting,
        ...cause,
      };
    }
    case "truncated": {
      const message = `The connection to ${context.origin} broke in the middle of the answer.`;
      return {
        name: "ResponseError",
        type: "INVALID_RESPONSE",
        message,
        outcome,
        isTransient: true,
        ...status,
        ...cause,
      };
    }
    case "too-large": {
      const message = `The answer of ${context.origin} is larger than any BrikSync answer (16 MiB) and was not read.`;
      return { name: "ResponseError", type: "INVALID_RESPONSE", message, outcome, isTransient: false, ...status };
    }
    case "redirect": {
      const message = wordRedirect(302, null, context.origin).replace(" (302)", "");
      return { name: "ResponseError", type: "INVALID_RESPONSE", message, outcome, isTransient: false };
    }
    case "not-http": {
      const message = `What answers at ${context.origin} does not speak HTTP.`;
      return { name: "ResponseError", type: "INVALID_RESPONSE", message, outcome, isTransient: false, ...cause };
    }
  }
}

/** Describes a call that was ended by its deadline or its signal. */
export function describeStop(
  by: "timeout" | "signal" | null,
  outcome: Outcome,
  timeoutMs: number,
  reason: unknown,
): Problem {
  if (by === "signal") {
    const message = "The call was aborted by its signal.";
    return { name: "AbortedError", type: "ABORTED", message, outcome, isTransient: false, cause: reason };
  }
  const message = `No answer within ${timeoutMs} ms.`;
  return { name: "TimeoutError", type: "TIMEOUT", message, outcome, isTransient: true };
}

/** Takes over the error of a refresh, which several calls may share, as the problem of one call. */
export function adoptError(error: BrikSyncError, outcome: Outcome): Problem {
  const { name, type, message, status, requestId, retryAfterSeconds, cause } = error;
  return {
    name: name as Problem["name"],
    type,
    message,
    outcome,
    isTransient: error.retryable,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(retryAfterSeconds !== undefined && { retryAfterMs: retryAfterSeconds * 1000 }),
    ...(cause !== undefined && { cause }),
  };
}

/** Makes the error that the caller sees. */
export function makeError(
  problem: Problem,
  facts: { outcome: Outcome; attempts: number; retryable: boolean; idempotencyKey?: string | undefined },
): BrikSyncError {
  const { name, message, isTransient: _, retryAfterMs, ...shown } = problem;
  const { idempotencyKey, ...rest } = facts;
  return new ERROR_CLASSES[name](message, {
    ...shown,
    ...rest,
    ...(retryAfterMs !== undefined && { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
}
