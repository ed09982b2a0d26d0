import type { Outcome } from "../errors/error-types.ts";
import {
  AbortedError,
  ApiError,
  type BrikSyncError,
  ConfigurationError,
  ConnectionError,
  type ErrorFacts,
  ResponseError,
  TimeoutError,
} from "../errors/errors.ts";
import { redact } from "../errors/redact.ts";
import type { TransportFailure, TransportResponse } from "../transport/transport.ts";
import { type ErrorBody, readErrorBody } from "./error-body.ts";
import { isTransientRefusal, parseRetryAfter } from "./retry.ts";

const errorClasses = { ApiError, ConnectionError, TimeoutError, AbortedError, ResponseError, ConfigurationError };

/** The header with which a server reports that it does not have an operation. A 404 for a missing key lacks it. */
export const unknownRouteHeader = "x-briksync-unknown-route";

/** Why one attempt failed. The SDK then decides whether it retries the call. */
export interface Problem extends Omit<ErrorFacts, "attempts" | "retryable" | "idempotencyKey"> {
  readonly name: keyof typeof errorClasses;
  readonly message: string;
  readonly isTransient: boolean;
}

/** Information about the call for the message of a problem. */
export interface ProblemContext {
  readonly origin: string;
  /** Name of an operation that some servers do not support. */
  readonly feature: string | undefined;
  /** Values that must not appear in messages. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** Describes a response with an error status. */
export function describeErrorResponse(response: TransportResponse, context: ProblemContext): Problem {
  const { status } = response;
  const { secrets, feature } = context;
  const body = status >= 400 ? readErrorBody(status, response.body) : null;
  const isUnknownRoute = !body?.isTyped || response.header(unknownRouteHeader) === "true";
  const isMissing = (status === 404 || status === 405) && feature !== undefined && isUnknownRoute;
  const facts = {
    status,
    outcome: readOutcome(status, body),
    isTransient: isTransientRefusal(status, body?.type),
    requestId: readRequestId(response, secrets),
    retryAfterSeconds: parseRetryAfter(response.header("retry-after"), response.header("date"), context.nowMs),
  };
  if (body === null && !isMissing) {
    const message =
      status < 400 ? formatRedirect(response.header("location"), context) : formatUnreadable(response, context);
    return { ...facts, name: "ResponseError", type: "INVALID_RESPONSE", message };
  }
  return {
    ...facts,
    name: "ApiError",
    type: body?.type ?? "NOT_FOUND",
    message: redact(body?.message ?? "Resource does not exist", secrets),
    details: body?.details?.map(({ path, message }) => ({
      path: redact(path, secrets),
      message: redact(message, secrets),
    })),
    feature: isMissing ? feature : undefined,
  };
}

/**
 * Returns the outcome of an error response. It is unknown after a redirect, a gateway error, a 500, and while the same
 * call is still running.
 */
function readOutcome(status: number, body: ErrorBody | null): Outcome {
  if (body?.type === "IDEMPOTENCY_IN_PROGRESS") return "unknown";
  const isRefusal = status === 503 ? body?.isTyped : status >= 400 && status < 500;
  return isRefusal ? "rejected" : "unknown";
}

/** Returns the request ID of the server. It is redacted, because a server could echo any text in it. */
export function readRequestId(response: TransportResponse, secrets: readonly string[]): string | undefined {
  const requestId = response.header("x-request-id");
  return requestId === null ? undefined : redact(requestId, secrets);
}

function formatRedirect(location: string | null, { origin, secrets }: ProblemContext): string {
  const isKnown = location !== null && URL.canParse(location, origin);
  const target = isKnown ? ` to ${redact(new URL(location, origin).origin, secrets)}` : "";
  return `${origin} redirects${target}. The SDK does not follow redirects, because it would send your credentials. Use the final URL as baseUrl.`;
}

function formatUnreadable(response: TransportResponse, { origin, secrets }: ProblemContext): string {
  const [type] = /^[\w.+-]+\/[\w.+-]+/.exec(response.header("content-type") ?? "") ?? ["a body without a type"];
  const what = response.body === "" ? "an empty body" : redact(type, secrets);
  return `${origin} returned status ${response.status} with ${what}, so it is not a BrikSync server. Check the URL of the server and any proxy in between.`;
}

/** Describes a successful response without the documented body. */
export function describeUnreadable(response: TransportResponse, context: ProblemContext): Problem {
  return {
    name: "ResponseError",
    type: "INVALID_RESPONSE",
    message: formatUnreadable(response, context),
    status: response.status,
    outcome: "unknown",
    isTransient: false,
    requestId: readRequestId(response, context.secrets),
  };
}

/** Describes a call without a complete response. */
export function describeFailure(failure: TransportFailure, context: ProblemContext): Problem {
  const { kind, wasSent, status, fault } = failure;
  const { origin } = context;
  const reason = redact(fault?.message || "the connection failed", context.secrets);
  const isConnection = kind === "connection" || kind === "unreachable";
  const messages: Partial<Record<typeof kind, string>> = {
    truncated: `The connection to ${origin} closed in the middle of the response.`,
    "too-large": `The response from ${origin} is too large. The SDK stopped reading it.`,
    redirect: formatRedirect(null, context),
  };
  return {
    name: isConnection ? "ConnectionError" : "ResponseError",
    type: isConnection ? "CONNECTION_FAILED" : "INVALID_RESPONSE",
    message: messages[kind] ?? `Cannot reach ${origin}: ${reason}.`,
    status,
    outcome: wasSent ? "unknown" : "not-sent",
    isTransient: kind === "connection" || kind === "truncated",
    cause: fault && { message: reason, code: fault.code },
  };
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
  const message = `No response within ${timeoutMs} ms.`;
  return { name: "TimeoutError", type: "TIMEOUT", message, outcome, isTransient: true };
}

/** Returns the error of a refresh as the problem of one call. Several calls can share a refresh. */
export function adoptError(error: BrikSyncError, outcome: Outcome): Problem {
  const { name, message, retryable, cause } = error;
  return { ...error, name: name as Problem["name"], message, cause, outcome, isTransient: retryable };
}

/** Creates the error that the caller receives. */
export function createError(
  problem: Problem,
  facts: Pick<ErrorFacts, "outcome" | "attempts" | "retryable" | "idempotencyKey">,
): BrikSyncError {
  const { name, message, isTransient: _, ...shown } = problem;
  return new errorClasses[name](message, { ...shown, ...facts });
}
