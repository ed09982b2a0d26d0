import type { ErrorType } from "../errors.ts";

const ofAnyCall = ["BAD_REQUEST", "INTERNAL", "UNAVAILABLE"] as const;
const ofSession = [...ofAnyCall, "UNAUTHORIZED", "RATE_LIMITED"] as const;
const ofKeyManager = [...ofSession, "PASSWORD_CHANGE_REQUIRED", "FORBIDDEN"] as const;

/** Errors of calls by the access that they require. */
const byNeed = {
  nothing: ofAnyCall,
  session: ofSession,
  "manage-keys": ofKeyManager,
  "mint-secrets": [...ofKeyManager, "PLAN_UPGRADE_REQUIRED"],
} as const satisfies Record<string, readonly ErrorType[]>;

/** Errors of requests with a validated body or query. */
export const ofInput = ["VALIDATION_FAILED"] as const satisfies readonly ErrorType[];

/** Errors of requests that can have a body. */
export const ofBody = [
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  ...ofInput,
] as const satisfies readonly ErrorType[];

/** Errors of calls with an Idempotency-Key. */
export const ofRepeatableCall = [
  "IDEMPOTENCY_IN_PROGRESS",
  "IDEMPOTENCY_SUPERSEDED",
  "IDEMPOTENCY_KEY_REUSED",
] as const satisfies readonly ErrorType[];

/** What a call requires of its caller. */
export type Need = keyof typeof byNeed;

/** Returns all error types of an operation for its documentation: those of the required access, and `types`. */
export function listRefusals(need: Need, ...types: readonly ErrorType[]): readonly ErrorType[] {
  return [...new Set<ErrorType>([...byNeed[need], ...types])];
}
