import type { ErrorDetail, KnownApiErrorType } from "../errors/error-types.ts";

const CATALOGUE: Readonly<Record<KnownApiErrorType, readonly [status: number, message: string]>> = {
  BAD_REQUEST: [400, "The request could not be parsed"],
  MISSING_CREDENTIALS: [401, "Missing API credentials"],
  INVALID_CREDENTIALS: [401, "Invalid API credentials"],
  IP_NOT_ALLOWED: [401, "This address is not allowed to use the key"],
  UNAUTHORIZED: [401, "Unauthorized"],
  SIGN_IN_FAILED: [401, "Invalid email or password"],
  FORBIDDEN: [403, "Only an Admin or Super Admin of the company may do this"],
  PLAN_UPGRADE_REQUIRED: [403, "API keys are part of the BUSINESS plan. Upgrade under Settings → Billing"],
  PASSWORD_CHANGE_REQUIRED: [403, "Change your password before you manage keys"],
  NOT_FOUND: [404, "Resource does not exist"],
  KEY_REVOKED: [409, "The key is revoked, which is permanent. Create a new key instead"],
  ROTATION_IN_PROGRESS: [409, "Another rotation of this key is under way"],
  TOO_MANY_ROTATIONS: [409, "The key has three unfinished rotations, which is the most. Finish or abort one of them"],
  ROTATION_IN_USE: [
    409,
    "The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force",
  ],
  IDEMPOTENCY_IN_PROGRESS: [409, "The same call is still under way. Try again in a moment"],
  IDEMPOTENCY_SUPERSEDED: [
    409,
    "The secret of this call has been replaced or revoked since, so its answer is not given again",
  ],
  PAYLOAD_TOO_LARGE: [413, "The request body is larger than the server accepts"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Send the body as application/json, not compressed"],
  VALIDATION_FAILED: [422, "The request is not valid"],
  IDEMPOTENCY_KEY_REUSED: [422, "The Idempotency-Key was used for another call already. Use a new one for every call"],
  RATE_LIMITED: [429, "Rate limit exceeded"],
  INTERNAL: [500, "An error occurred"],
  UNAVAILABLE: [503, "The service is busy or cannot store data right now. Try again shortly"],
};

/** How a refusal differs from its type's usual one. */
export interface RefusalOptions {
  readonly message?: string | undefined;
  readonly details?: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
}

/** The fake server says no: status and body as the real one has them for the type. */
export class FakeRefusal extends Error {
  readonly type: KnownApiErrorType;
  readonly details: readonly ErrorDetail[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(type: KnownApiErrorType, { message, details, retryAfterSeconds }: RefusalOptions = {}) {
    super(message ?? CATALOGUE[type][1]);
    this.type = type;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return CATALOGUE[this.type][0];
  }
}

/** A 422 about one field. */
export function refuseField(path: string, message: string): FakeRefusal {
  return new FakeRefusal("VALIDATION_FAILED", {
    message: `${path.slice(1)} ${message}`,
    details: [{ path, message }],
  });
}

/** The type that stands for a status when a test only names the status. */
export function pickErrorType(status: number): KnownApiErrorType {
  const found = Object.entries(CATALOGUE).find(([, [known]]) => known === status);
  return (found?.[0] as KnownApiErrorType | undefined) ?? (status < 500 ? "BAD_REQUEST" : "INTERNAL");
}
