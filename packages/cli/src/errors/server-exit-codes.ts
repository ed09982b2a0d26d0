import type { KnownErrorType } from "@briksync/sdk";
import { type ExitCode, exitCodes } from "./exit-codes.ts";

/** The exit code of each error type of the server and the SDK. A new type does not compile until it is listed here. */
export const exitCodeByErrorType = {
  BAD_REQUEST: exitCodes.refused,
  AUTHORIZATION_PENDING: exitCodes.notSignedIn,
  SLOW_DOWN: exitCodes.notSignedIn,
  DEVICE_CODE_EXPIRED: exitCodes.notSignedIn,
  ACCESS_DENIED: exitCodes.notSignedIn,
  MISSING_CREDENTIALS: exitCodes.notSignedIn,
  INVALID_CREDENTIALS: exitCodes.notSignedIn,
  IP_NOT_ALLOWED: exitCodes.notSignedIn,
  UNAUTHORIZED: exitCodes.notSignedIn,
  ASSERTION_INVALID: exitCodes.notSignedIn,
  ASSERTION_REPLAYED: exitCodes.notSignedIn,
  SIGN_IN_FAILED: exitCodes.notSignedIn,
  FORBIDDEN: exitCodes.forbidden,
  PLAN_UPGRADE_REQUIRED: exitCodes.forbidden,
  PASSWORD_CHANGE_REQUIRED: exitCodes.forbidden,
  TRUST_DENIED: exitCodes.forbidden,
  SCOPE_DENIED: exitCodes.forbidden,
  NOT_FOUND: exitCodes.notFound,
  KEY_REVOKED: exitCodes.refused,
  ROTATION_IN_PROGRESS: exitCodes.refused,
  TOO_MANY_ROTATIONS: exitCodes.refused,
  ROTATION_IN_USE: exitCodes.refused,
  IDEMPOTENCY_IN_PROGRESS: exitCodes.refused,
  IDEMPOTENCY_SUPERSEDED: exitCodes.refused,
  IDEMPOTENCY_KEY_REUSED: exitCodes.refused,
  PAYLOAD_TOO_LARGE: exitCodes.refused,
  UNSUPPORTED_MEDIA_TYPE: exitCodes.refused,
  VALIDATION_FAILED: exitCodes.refused,
  RATE_LIMITED: exitCodes.rateLimited,
  INTERNAL: exitCodes.unreachable,
  UNAVAILABLE: exitCodes.unreachable,
  CONNECTION_FAILED: exitCodes.unreachable,
  TIMEOUT: exitCodes.unreachable,
  ABORTED: exitCodes.interrupted,
  INVALID_RESPONSE: exitCodes.unreachable,
  CONFIGURATION: exitCodes.usage,
  NOT_SIGNED_IN: exitCodes.notSignedIn,
  ID_TOKEN_UNAVAILABLE: exitCodes.notSignedIn,
  ROTATION_INTERRUPTED: exitCodes.refused,
} as const satisfies Record<KnownErrorType, ExitCode>;

/**
 * Returns the exit code of an SDK error. The HTTP status decides for unknown types. A 429 of a gateway counts as rate
 * limited, whatever its body.
 */
export function findExitCode(type: string, status: number | undefined): ExitCode {
  if (status === 429) return exitCodes.rateLimited;
  if (Object.hasOwn(exitCodeByErrorType, type)) return exitCodeByErrorType[type as KnownErrorType];
  if (status === undefined) return exitCodes.unexpected;
  if (status === 401) return exitCodes.notSignedIn;
  if (status === 403) return exitCodes.forbidden;
  if (status === 404) return exitCodes.notFound;
  return status >= 500 ? exitCodes.unreachable : exitCodes.refused;
}
