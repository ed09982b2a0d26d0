import type { ApiErrorType } from "./error-types.ts";
import {
  type AbortedError,
  type ApiError,
  brand,
  type ConfigurationError,
  type ConnectionError,
  type ResponseError,
  type TimeoutError,
} from "./errors.ts";
import type { RotationInterruptedError } from "./rotation-interrupted.ts";

/** Any error of the SDK. Compare `name` to narrow the type: `if (error.name === "ApiError") error.status`. */
export type AnyBrikSyncError =
  | ApiError
  | ConnectionError
  | TimeoutError
  | AbortedError
  | ResponseError
  | ConfigurationError
  | RotationInterruptedError;

/**
 * Returns whether a value is an error of the SDK. Compare its `name` to narrow the type further.
 *
 * @example
 * if (isBrikSyncError(error) && error.outcome === "unknown") await checkState();
 */
export function isBrikSyncError(value: unknown): value is AnyBrikSyncError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[brand] === true;
}

/**
 * Returns whether a value is an `ApiError`. With `type`, also checks its type.
 *
 * @example
 * if (isApiError(error, "RATE_LIMITED")) await sleep(error.retryAfterSeconds);
 */
export function isApiError<Type extends ApiErrorType>(
  value: unknown,
  type?: Type,
): value is ApiError & { readonly type: Type } {
  return isBrikSyncError(value) && value.name === "ApiError" && (type === undefined || value.type === type);
}

/**
 * Returns whether a value is a `RotationInterruptedError`.
 *
 * @example
 * if (isRotationInterrupted(error)) console.error(error.standing, error.advice);
 */
export function isRotationInterrupted(value: unknown): value is RotationInterruptedError {
  return isBrikSyncError(value) && value.name === "RotationInterruptedError";
}
