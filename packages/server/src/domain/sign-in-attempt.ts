import { AppError } from "../errors.ts";
import type { UserRecord } from "../store/records.ts";
import type { Origin } from "./access.ts";
import { toClientNetwork } from "./client-network.ts";
import type { Dependencies } from "./dependencies.ts";
import type { SignInAttempt } from "./sign-in-limiter.ts";

/** How long an address counts as known after a sign-in from it. */
const knownAddressDays = 90;

async function isKnownAddress(deps: Dependencies, user: UserRecord | null, ip: string | null): Promise<boolean> {
  if (user === null || ip === null) return false;
  const since = new Date(deps.now().getTime() - knownAddressDays * 86_400_000).toISOString();
  return deps.store.sessions.hasSignedInFrom(user.id, toClientNetwork(ip), since);
}

/**
 * Begins an attempt for what was typed, and for its user, if there is one (S-05).
 * @throws {AppError} RATE_LIMITED with Retry-After.
 */
export async function beginAttempt(
  deps: Dependencies,
  account: string,
  user: UserRecord | null,
  origin: Origin,
): Promise<SignInAttempt> {
  const attempt = {
    account: user?.id ?? account,
    address: origin.ip,
    isKnownAddress: await isKnownAddress(deps, user, origin.ip),
  };
  return admit(deps, attempt);
}

/**
 * Begins an attempt with a token or a code that somebody else judges. Wrong passwords of the same address do not stop it.
 * @throws {AppError} RATE_LIMITED with Retry-After.
 */
export function beginTokenAttempt(deps: Dependencies, account: string, origin: Origin): SignInAttempt {
  return admit(deps, { account, address: origin.ip, isKnownAddress: false, shown: "token" });
}

function admit(deps: Dependencies, attempt: SignInAttempt): SignInAttempt {
  const limit = deps.signInLimiter.check(attempt);
  if (limit.allowed) return attempt;
  throw new AppError("RATE_LIMITED", {
    message: "Too many failed sign-ins. Wait before you try again",
    retryAfterSeconds: limit.retryAfterSeconds,
  });
}

/** Ends an attempt as failed; of an existing user it leaves a trace. Answers the one error for all of them (S-04). */
export function failAttempt(
  deps: Dependencies,
  attempt: SignInAttempt,
  user: UserRecord | null,
  origin: Origin,
): AppError {
  deps.signInLimiter.recordFailure(attempt);
  if (user !== null) deps.failedSignIns.record({ user, origin, occurredOn: deps.now() });
  return new AppError("SIGN_IN_FAILED");
}

/** Waits for the judgement of an attempt, which does not count when there was none. */
export async function judgeAttempt<T>(deps: Dependencies, attempt: SignInAttempt, judging: Promise<T>): Promise<T> {
  try {
    return await judging;
  } catch (error) {
    deps.signInLimiter.recordAborted(attempt);
    throw error;
  }
}
