import type { Need, Rule } from "../domain/access.ts";
import type { ErrorType } from "../errors.ts";

const ofAnyCall = ["BAD_REQUEST", "INTERNAL", "UNAVAILABLE"] as const;
/** Errors of calls with a session or a pipeline token. The errors for pipelines are the same for all operations. */
const ofSession = [...ofAnyCall, "UNAUTHORIZED", "RATE_LIMITED", "IP_NOT_ALLOWED", "SCOPE_DENIED"] as const;
const ofKeyManager = [...ofSession, "PASSWORD_CHANGE_REQUIRED", "FORBIDDEN"] as const;

/** Errors of calls, by what the calls require of users. */
const byNeed = {
  nothing: ofAnyCall,
  session: ofSession,
  "manage-keys": ofKeyManager,
  "mint-secrets": [...ofKeyManager, "PLAN_UPGRADE_REQUIRED"],
  pipeline: [...ofSession, "FORBIDDEN"],
} as const satisfies Record<Need, readonly ErrorType[]>;

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

/** Returns all error types of an operation for its documentation: the errors of what it requires, and `types`. */
export function listRefusals({ user, pipeline }: Rule, ...types: readonly ErrorType[]): readonly ErrorType[] {
  const ofPlan = pipeline === "rotate" ? (["PLAN_UPGRADE_REQUIRED"] as const) : [];
  return [...new Set<ErrorType>([...byNeed[user], ...ofPlan, ...types])];
}
