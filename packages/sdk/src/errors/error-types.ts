/** The error types a BrikSync server names in its error bodies. */
export type KnownApiErrorType =
  | "BAD_REQUEST"
  | "MISSING_CREDENTIALS"
  | "INVALID_CREDENTIALS"
  | "IP_NOT_ALLOWED"
  | "UNAUTHORIZED"
  | "SIGN_IN_FAILED"
  | "FORBIDDEN"
  | "PLAN_UPGRADE_REQUIRED"
  | "PASSWORD_CHANGE_REQUIRED"
  | "NOT_FOUND"
  | "KEY_REVOKED"
  | "ROTATION_IN_PROGRESS"
  | "TOO_MANY_ROTATIONS"
  | "ROTATION_IN_USE"
  | "IDEMPOTENCY_IN_PROGRESS"
  | "IDEMPOTENCY_SUPERSEDED"
  | "IDEMPOTENCY_KEY_REUSED"
  | "PAYLOAD_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "VALIDATION_FAILED"
  | "RATE_LIMITED"
  | "INTERNAL"
  | "UNAVAILABLE";

/** The error types this client names itself, for failures on which the server has no word. */
export type ClientErrorType =
  | "CONNECTION_FAILED"
  | "TIMEOUT"
  | "ABORTED"
  | "INVALID_RESPONSE"
  | "CONFIGURATION"
  | "NOT_SIGNED_IN"
  | "ROTATION_INTERRUPTED";

/** Every error type known today, closed, for tables that must be complete. */
export type KnownErrorType = KnownApiErrorType | ClientErrorType;

/** The type of an `ApiError`: open, because a newer server may name one this version does not know. */
export type ApiErrorType = KnownApiErrorType | (string & {});

/** The type of any error of this package. */
export type ErrorType = ApiErrorType | ClientErrorType;

/**
 * What is known about the effect of a failed call: `not-sent` no byte of it left this machine,
 * `rejected` the server refused it and changed nothing, `unknown` it may or may not have taken effect.
 */
export type Outcome = "not-sent" | "rejected" | "unknown";

/** One field the server objected to. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}
