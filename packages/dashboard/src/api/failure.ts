import { isApiError, isBrikSyncError, type RotationHolder, readRotationHolder } from "@briksync/sdk/browser";
import { messages } from "../messages.ts";

/** Why a call failed, as a state of the page. `message` is for the user, and is usually the message of the server. */
export type Failure = { readonly message: string } & (
  | {
      readonly kind:
        | "plan"
        | "forbidden"
        | "password-change"
        | "session-over"
        | "account-changed"
        | "not-found"
        | "conflict"
        | "refused"
        | "unreachable"
        | "unknown-outcome"
        | "unexpected";
      /** Type of the server's error, such as `KEY_REVOKED`. */
      readonly type?: string;
    }
  /** Refused values. The keys of `fields` are the paths of the server, such as `/name` and `/ipAllowlist/0`. */
  | { readonly kind: "fields"; readonly fields: Readonly<Record<string, string>> }
  /** Another rotation holds the lease of the key. */
  | { readonly kind: "busy"; readonly holder: RotationHolder | null; readonly seconds: number | null }
  /** The server asked to wait. */
  | { readonly kind: "wait"; readonly seconds: number }
);

/** The result of a call. */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

/** Name of the error if the session is over. Hosts of the element can throw it in `getAccessToken`. */
export const sessionOver = "SessionOverError";
/** Name of the error if the session belongs to another user or company than before. */
export const accountChanged = "AccountChangedError";

/** Name of the error if the server refused the call. It has the `message` and the `type` of the server's error. */
export const refused = "RefusedError";
/** Name of the error if the response is not from the server, such as HTML of a proxy. */
export const unexpectedResponse = "UnexpectedResponseError";
/** Name of the error if a change was sent, but no response arrived. */
export const responseLost = "ResponseLostError";

/** An error of a call that uses the cookie of the browser. */
export interface AuthError extends Error {
  readonly type?: string;
  readonly retryAfterSeconds?: number;
}

/** Duration of the countdown if the server does not return one. */
const defaultWaitSeconds = 5;

/** Returns the failure of an error. `isChange` is whether the call could have changed something. */
export function describeFailure(error: unknown, isChange: boolean): Failure {
  if (!isBrikSyncError(error)) return describeForeignError(error);
  const { message, retryAfterSeconds } = error;
  if (isApiError(error)) {
    const { type, status, details } = error;
    if (type === "UNAUTHORIZED") return { kind: "session-over", message: messages.sessionOver.text };
    if (type === "RATE_LIMITED" || (status === 503 && error.outcome === "rejected")) {
      return { kind: "wait", message: messages.wait(type), seconds: retryAfterSeconds ?? defaultWaitSeconds };
    }
    if (type === "ROTATION_IN_PROGRESS") {
      return { kind: "busy", message, holder: readRotationHolder(error), seconds: retryAfterSeconds ?? null };
    }
    if (details !== undefined && details.length > 0 && status === 422) {
      return { kind: "fields", message, fields: Object.fromEntries(details.map((one) => [one.path, one.message])) };
    }
    if (type === "PLAN_UPGRADE_REQUIRED") return { kind: "plan", message, type };
    if (type === "FORBIDDEN") return { kind: "forbidden", message, type };
    if (type === "PASSWORD_CHANGE_REQUIRED") return { kind: "password-change", message, type };
    if (type === "NOT_FOUND") return { kind: "not-found", message, type };
    // A browser can send a request twice, so the SDK calls a 409 unknown. But no call causes its own conflict.
    if (status === 409 && type !== "IDEMPOTENCY_IN_PROGRESS") return { kind: "conflict", message, type };
    if (error.outcome === "rejected") return { kind: "refused", message, type };
    if (status === 503) return { kind: "wait", message, seconds: retryAfterSeconds ?? defaultWaitSeconds };
  }
  if (isChange && error.outcome === "unknown") {
    return { kind: "unknown-outcome", message: messages.unknownOutcome, type: error.type };
  }
  if (error.type === "INVALID_RESPONSE") return { kind: "unexpected", message: messages.unexpectedResponse };
  if (error.name === "ConfigurationError") return { kind: "unexpected", message };
  return { kind: "unreachable", message: messages.unreachable };
}

/**
 * Describes an error that is not from the SDK, but for example from `getAccessToken` or a call that uses the cookie.
 */
function describeForeignError(error: unknown): Failure {
  const { name, message, type = "UNAVAILABLE", retryAfterSeconds } = (error ?? {}) as Partial<AuthError>;
  if (name === sessionOver) return { kind: "session-over", message: messages.sessionOver.text };
  if (name === accountChanged) return { kind: "account-changed", message: messages.accountChanged };
  if (typeof retryAfterSeconds === "number") {
    return { kind: "wait", message: messages.wait(type), seconds: retryAfterSeconds };
  }
  if (name === refused) return { kind: "refused", message: String(message), type };
  if (name === unexpectedResponse) return { kind: "unexpected", message: messages.unexpectedResponse };
  if (name === responseLost) return { kind: "unknown-outcome", message: messages.unknownOutcome };
  return { kind: "unreachable", message: messages.unreachable };
}
