// Generated from packages/server/src/errors.ts by tools/generate.ts. Do not edit.

/** The status and the usual message of each error type of the server. */
export const errorCatalog = {
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
  ROTATION_IN_USE: [409, "The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force"],
  IDEMPOTENCY_IN_PROGRESS: [409, "The same call is still under way. Try again in a moment"],
  IDEMPOTENCY_SUPERSEDED: [409, "The secret of this call has been replaced or revoked since, so its answer is not given again"],
  PAYLOAD_TOO_LARGE: [413, "The request body is larger than the server accepts"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Send the body as application/json, not compressed"],
  VALIDATION_FAILED: [422, "The request is not valid"],
  IDEMPOTENCY_KEY_REUSED: [422, "The Idempotency-Key was used for another call already. Use a new one for every call"],
  RATE_LIMITED: [429, "Rate limit exceeded"],
  INTERNAL: [500, "An error occurred"],
  UNAVAILABLE: [503, "The service is busy or cannot store data right now. Try again shortly"],
} as const;
