import type { ApiErrorType } from "./error-types.ts";
import {
  type AbortedError,
  type ApiError,
  BRAND,
  type ConfigurationError,
  type ConnectionError,
  type ResponseError,
  type TimeoutError,
} from "./errors.ts";
import type { RotationInterruptedError } from "./rotation-interrupted.ts";

/** Every error of this package. Compare `name` to narrow it: `if (error.name === "ApiError") error.status`. */
export type AnyBrikSyncError =
  | ApiError
  | ConnectionError
  | TimeoutError
  | AbortedError
  | ResponseError
  | ConfigurationError
  | RotationInterruptedError;

/** Whether a value is an error of this package. Compare its `name` to narrow it further. */
export function isBrikSyncError(value: unknown): value is AnyBrikSyncError {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[BRAND] === true;
}

/** Whether a value is an `ApiError`, of the given type if one is given. */
export function isApiError<Type extends ApiErrorType>(
  value: unknown,
  type?: Type,
): value is ApiError & { readonly type: Type } {
  return isBrikSyncError(value) && value.name === "ApiError" && (type === undefined || value.type === type);
}

/** Whether a value is a `RotationInterruptedError`. */
export function isRotationInterrupted(value: unknown): value is RotationInterruptedError {
  return isBrikSyncError(value) && value.name === "RotationInterruptedError";
}
