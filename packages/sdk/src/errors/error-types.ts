import type { KnownApiErrorType } from "../generated/vocabulary.ts";

export type { KnownApiErrorType } from "../generated/vocabulary.ts";

/** Error types of the SDK itself, for failures without an error from the server. */
export type ClientErrorType =
  | "CONNECTION_FAILED"
  | "TIMEOUT"
  | "ABORTED"
  | "INVALID_RESPONSE"
  | "CONFIGURATION"
  | "NOT_SIGNED_IN"
  | "ID_TOKEN_UNAVAILABLE"
  | "ROTATION_INTERRUPTED";

/** All error types of this version. Use it for tables that must be complete. */
export type KnownErrorType = KnownApiErrorType | ClientErrorType;

/** The type of an `ApiError`. A newer server may return other values. */
export type ApiErrorType = KnownApiErrorType | (string & {});

/** The type of any error of the SDK. */
export type ErrorType = ApiErrorType | ClientErrorType;

/**
 * The effect of a failed call:
 * - `not-sent`: the request was not sent.
 * - `rejected`: the server refused the request and changed nothing.
 * - `unknown`: the request may or may not have taken effect.
 */
export type Outcome = "not-sent" | "rejected" | "unknown";

/** A field that the server did not accept, and the reason. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}
