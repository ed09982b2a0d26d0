/**
 * All errors that a client can receive: type, status and message (contract, section 3). `docs/errors.md` has one entry
 * per type, and a test compares both.
 */
export const errorCatalogue = {
  BAD_REQUEST: { status: 400, message: "The request could not be parsed" },
  AUTHORIZATION_PENDING: { status: 400, message: "The user has not approved or denied this sign-in yet. Poll again" },
  SLOW_DOWN: { status: 400, message: "You poll too often. Wait 5 seconds longer between polls from now on" },
  DEVICE_CODE_EXPIRED: {
    status: 400,
    message: "The device code is unknown, was already used, or has expired. Start a new sign-in",
  },
  ACCESS_DENIED: { status: 400, message: "The user denied this sign-in, or may no longer sign in" },
  MISSING_CREDENTIALS: { status: 401, message: "Missing API credentials" },
  INVALID_CREDENTIALS: { status: 401, message: "Invalid API credentials" },
  IP_NOT_ALLOWED: { status: 401, message: "This key does not allow requests from this IP address" },
  UNAUTHORIZED: { status: 401, message: "Unauthorized" },
  ASSERTION_INVALID: { status: 401, message: "The token of the platform is not valid" },
  ASSERTION_REPLAYED: {
    status: 401,
    message: "The token of the platform was already exchanged. Request another one from the platform",
  },
  SIGN_IN_FAILED: { status: 401, message: "Invalid email or password" },
  FORBIDDEN: { status: 403, message: "You need the Admin or Super Admin role in this company" },
  PLAN_UPGRADE_REQUIRED: {
    status: 403,
    message: "API keys require the BUSINESS plan. Upgrade in Settings → Billing",
  },
  PASSWORD_CHANGE_REQUIRED: { status: 403, message: "Change your password before you manage keys" },
  TRUST_DENIED: { status: 403, message: "The trust does not allow this token" },
  SCOPE_DENIED: {
    status: 403,
    message: "The trust or automation token does not allow this call. It allows staged rotations of its own keys",
  },
  NOT_FOUND: { status: 404, message: "Resource does not exist" },
  KEY_REVOKED: { status: 409, message: "This key is revoked and cannot be restored. Create a new key" },
  ROTATION_IN_PROGRESS: { status: 409, message: "Another rotation of this key is in progress" },
  TOO_MANY_ROTATIONS: {
    status: 409,
    message: "The key has three pending rotations, the maximum. Finish or abort one first",
  },
  ROTATION_IN_USE: {
    status: 409,
    message:
      "The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    message: "A request with this Idempotency-Key is still in progress. Retry later",
  },
  IDEMPOTENCY_SUPERSEDED: {
    status: 409,
    message: "The secret from this request was replaced or revoked, so the response cannot be replayed",
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: "The request body is larger than the server accepts" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Send the body as uncompressed application/json" },
  VALIDATION_FAILED: { status: 422, message: "The request is not valid" },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    message: "This Idempotency-Key was used with a different request. Use a new key for each request",
  },
  RATE_LIMITED: { status: 429, message: "Rate limit exceeded" },
  INTERNAL: { status: 500, message: "An error occurred" },
  UNAVAILABLE: { status: 503, message: "The server is busy or cannot store data. Retry later" },
} as const satisfies Record<string, { status: number; message: string }>;

/** Error type of the catalog, sent as `error.type`. */
export type ErrorType = keyof typeof errorCatalogue;

/** An invalid part of a request: a JSON pointer or query parameter name, and the reason. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

/**
 * The error that the domain throws for expected failures. The status follows from the type. `message` replaces the
 * message of the catalog.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly type: ErrorType;
  readonly publicMessage: string;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    type: ErrorType,
    options: {
      message?: string;
      details?: readonly ErrorDetail[];
      retryAfterSeconds?: number;
      cause?: unknown;
    } = {},
  ) {
    const publicMessage = options.message ?? errorCatalogue[type].message;
    super(publicMessage, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.publicMessage = publicMessage;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  /** HTTP status of the type. */
  get status(): number {
    return errorCatalogue[this.type].status;
  }
}

/**
 * Returns the same error for "does not exist" and "exists, but not for you", so that callers cannot distinguish them.
 */
export function notFound(): AppError {
  return new AppError("NOT_FOUND");
}

/** Returns a 422 for one field. */
export function invalidField(path: string, message: string): AppError {
  return new AppError("VALIDATION_FAILED", {
    message: `${path.replace(/^\//, "")}: ${message}`,
    details: [{ path, message }],
  });
}
