import type { KnownErrorType } from "@briksync/sdk";

/** The exit codes of all commands. Scripts rely on them, so a number never changes its meaning. */
export const exitCodes = {
  done: 0,
  unexpected: 1,
  usage: 2,
  notFound: 3,
  notSignedIn: 4,
  forbidden: 5,
  refused: 6,
  rateLimited: 7,
  unreachable: 8,
  keychain: 9,
  findings: 10,
  interrupted: 130,
} as const;

/** One of the numbers in {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of each error type of the server and the SDK. A new type does not compile until it is listed here. */
const exitCodeByErrorType = {
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

/** The exit code of each error type that the CLI reports: types of the server, and its own. */
export const exitCodeByCliErrorType = {
  ...exitCodeByErrorType,
  UNEXPECTED: exitCodes.unexpected,
  OUTPUT_FAILED: exitCodes.unexpected,
  FILE_FAILED: exitCodes.unexpected,
  FILE_UNCERTAIN: exitCodes.unexpected,
  SINK_UNAVAILABLE: exitCodes.unexpected,
  SINK_FAILED: exitCodes.unexpected,
  VERIFICATION_FAILED: exitCodes.unexpected,
  USAGE: exitCodes.usage,
  AMBIGUOUS: exitCodes.usage,
  CONFIG_INVALID: exitCodes.usage,
  CONFIRMATION_REQUIRED: exitCodes.usage,
  REFUSED: exitCodes.refused,
  FEATURE_UNAVAILABLE: exitCodes.unreachable,
  LEASE_LOST: exitCodes.unreachable,
  UPDATE_CHECK_FAILED: exitCodes.unreachable,
  BUSY: exitCodes.unreachable,
  KEYCHAIN_UNAVAILABLE: exitCodes.keychain,
  KEYCHAIN_LOCKED: exitCodes.keychain,
  KEYCHAIN_HUNG: exitCodes.keychain,
  KEYCHAIN_ENTRY_MISSING: exitCodes.keychain,
  KEYCHAIN_FAILED: exitCodes.keychain,
  STORAGE_REFUSED: exitCodes.keychain,
  DECLINED: exitCodes.interrupted,
  INTERRUPTED: exitCodes.interrupted,
} as const satisfies Record<string, ExitCode>;

/** An error type that the CLI reports. */
export type CliErrorType = keyof typeof exitCodeByCliErrorType;

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
