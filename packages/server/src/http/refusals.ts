import type { ErrorType } from "../errors.ts";

const ofAnyCall = ["BAD_REQUEST", "INTERNAL", "UNAVAILABLE"] as const;
const ofSession = [...ofAnyCall, "UNAUTHORIZED", "RATE_LIMITED"] as const;
const ofKeyManager = [...ofSession, "PASSWORD_CHANGE_REQUIRED", "FORBIDDEN"] as const;

/** What the server answers to a call that its caller may not make, by what the call needs. */
const byNeed = {
  nothing: ofAnyCall,
  session: ofSession,
  "manage-keys": ofKeyManager,
  "mint-secrets": [...ofKeyManager, "PLAN_UPGRADE_REQUIRED"],
} as const satisfies Record<string, readonly ErrorType[]>;

/** Refusals of a request whose body or query is checked. */
export const ofInput = ["VALIDATION_FAILED"] as const satisfies readonly ErrorType[];

/** Refusals of a request that may carry a body. */
export const ofBody = [
  "PAYLOAD_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  ...ofInput,
] as const satisfies readonly ErrorType[];

/** Refusals of a call with an Idempotency-Key. */
export const ofRepeatableCall = [
  "IDEMPOTENCY_IN_PROGRESS",
  "IDEMPOTENCY_SUPERSEDED",
  "IDEMPOTENCY_KEY_REUSED",
] as const satisfies readonly ErrorType[];

/**
 * Returns every error type that an operation can answer with, for its documentation: those of what the call needs, and
 * those that the operation adds.
 */
export function listRefusals(need: keyof typeof byNeed, ...types: readonly ErrorType[]): readonly ErrorType[] {
  return [...new Set<ErrorType>([...byNeed[need], ...types])];
}
