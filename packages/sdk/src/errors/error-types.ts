import type { KnownApiErrorType } from "../generated/vocabulary.ts";

export type { KnownApiErrorType } from "../generated/vocabulary.ts";

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
