// Generated from packages/server/src/errors.ts by tools/generate.ts. Do not edit.

/** The status and the usual message of each error type of the server. */
export const errorCatalog = {
  BAD_REQUEST: [400, "The request could not be parsed"],
  MISSING_CREDENTIALS: [401, "Missing API credentials"],
  INVALID_CREDENTIALS: [401, "Invalid API credentials"],
  IP_NOT_ALLOWED: [401, "This key does not allow requests from this IP address"],
  UNAUTHORIZED: [401, "Unauthorized"],
  SIGN_IN_FAILED: [401, "Invalid email or password"],
  FORBIDDEN: [403, "You need the Admin or Super Admin role in this company"],
  PLAN_UPGRADE_REQUIRED: [403, "API keys require the BUSINESS plan. Upgrade in Settings → Billing"],
  PASSWORD_CHANGE_REQUIRED: [403, "Change your password before you manage keys"],
  NOT_FOUND: [404, "Resource does not exist"],
  KEY_REVOKED: [409, "This key is revoked and cannot be restored. Create a new key"],
  ROTATION_IN_PROGRESS: [409, "Another rotation of this key is in progress"],
  TOO_MANY_ROTATIONS: [409, "The key has three pending rotations, the maximum. Finish or abort one first"],
  ROTATION_IN_USE: [409, "The secret of this rotation was used or may have been delivered. Finish the rotation, or abort it with force"],
  IDEMPOTENCY_IN_PROGRESS: [409, "A request with this Idempotency-Key is still in progress. Retry later"],
  IDEMPOTENCY_SUPERSEDED: [409, "The secret from this request was replaced or revoked, so the response cannot be replayed"],
  PAYLOAD_TOO_LARGE: [413, "The request body is larger than the server accepts"],
  UNSUPPORTED_MEDIA_TYPE: [415, "Send the body as uncompressed application/json"],
  VALIDATION_FAILED: [422, "The request is not valid"],
  IDEMPOTENCY_KEY_REUSED: [422, "This Idempotency-Key was used with a different request. Use a new key for each request"],
  RATE_LIMITED: [429, "Rate limit exceeded"],
  INTERNAL: [500, "An error occurred"],
  UNAVAILABLE: [503, "The server is busy or cannot store data. Retry later"],
} as const;
