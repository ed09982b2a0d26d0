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

/** The exit code of each error type of the CLI itself. */
export const exitCodeByCliErrorType = {
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
  NOT_FOUND: exitCodes.notFound,
  NOT_SIGNED_IN: exitCodes.notSignedIn,
  SIGN_IN_FAILED: exitCodes.notSignedIn,
  ACCESS_DENIED: exitCodes.notSignedIn,
  DEVICE_CODE_EXPIRED: exitCodes.notSignedIn,
  INVALID_CREDENTIALS: exitCodes.notSignedIn,
  IP_NOT_ALLOWED: exitCodes.notSignedIn,
  PASSWORD_CHANGE_REQUIRED: exitCodes.forbidden,
  SCOPE_DENIED: exitCodes.forbidden,
  REFUSED: exitCodes.refused,
  VALIDATION_FAILED: exitCodes.refused,
  KEY_REVOKED: exitCodes.refused,
  ROTATION_IN_PROGRESS: exitCodes.refused,
  RATE_LIMITED: exitCodes.rateLimited,
  FEATURE_UNAVAILABLE: exitCodes.unreachable,
  INVALID_RESPONSE: exitCodes.unreachable,
  LEASE_LOST: exitCodes.unreachable,
  UPDATE_CHECK_FAILED: exitCodes.unreachable,
  BUSY: exitCodes.unreachable,
  KEYCHAIN_UNAVAILABLE: exitCodes.keychain,
  KEYCHAIN_LOCKED: exitCodes.keychain,
  KEYCHAIN_HUNG: exitCodes.keychain,
  KEYCHAIN_ENTRY_MISSING: exitCodes.keychain,
  KEYCHAIN_FAILED: exitCodes.keychain,
  STORAGE_REFUSED: exitCodes.keychain,
  FINDINGS: exitCodes.findings,
  DECLINED: exitCodes.interrupted,
  INTERRUPTED: exitCodes.interrupted,
} as const satisfies Record<string, ExitCode>;

/** An error type of the CLI itself. */
export type CliErrorType = keyof typeof exitCodeByCliErrorType;
