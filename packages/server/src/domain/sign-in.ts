import { AppError } from "../errors.ts";
import type { UserRecord } from "../store/records.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import { toClientNetwork } from "./client-network.ts";
import type { Dependencies } from "./dependencies.ts";
import { normalizePassword } from "./password-policy.ts";
import { chooseCompany, type IssuedSession, openSession } from "./sessions.ts";
import type { SignInAttempt } from "./sign-in-limiter.ts";

/** How long an address counts as known after a sign-in from it. */
const knownAddressDays = 90;

/** The form in which e-mails and usernames are compared. */
export function normalizeLogin(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

async function isKnownAddress(deps: Dependencies, user: UserRecord | null, ip: string | null): Promise<boolean> {
  if (user === null || ip === null) return false;
  const since = new Date(deps.now().getTime() - knownAddressDays * 86_400_000).toISOString();
  return deps.store.sessions.hasSignedInFrom(user.id, toClientNetwork(ip), since);
}

/** Whether this is the password; an unknown user costs the same hash. The attempt counts unless it was never judged. */
export async function isRightPassword(
  deps: Dependencies,
  attempt: SignInAttempt,
  user: UserRecord | null,
  password: string,
): Promise<boolean> {
  try {
    if (user === null) return await deps.passwords.verifyDecoy(password);
    return await deps.passwords.verify(user.passwordHash, password);
  } catch (error) {
    deps.signInLimiter.recordAborted(attempt);
    throw error;
  }
}

/**
 * Signs a user in by e-mail or username. Unknown user, wrong password and disabled user give the same answer after
 * exactly one password hash (S-04).
 * @throws {AppError} SIGN_IN_FAILED, RATE_LIMITED with Retry-After, UNAVAILABLE when too many sign-ins wait already,
 * FORBIDDEN for a `companyId` the user does not belong to.
 */
export async function signIn(
  deps: Dependencies,
  credentials: { readonly email: string; readonly password: string; readonly companyId?: string },
  origin: Origin,
): Promise<IssuedSession> {
  const account = normalizeLogin(credentials.email);
  const password = normalizePassword(credentials.password);
  const user = await deps.store.users.findByLogin(account);
  const attempt = {
    account: user?.id ?? account,
    address: origin.ip,
    isKnownAddress: await isKnownAddress(deps, user, origin.ip),
  };
  const limit = deps.signInLimiter.check(attempt);
  if (!limit.allowed) {
    throw new AppError("RATE_LIMITED", {
      message: "Too many failed sign-ins. Wait before you try again",
      retryAfterSeconds: limit.retryAfterSeconds,
    });
  }
  const isRight = await isRightPassword(deps, attempt, user, password);
  if (user === null || !isRight || user.disabledOn !== null) {
    deps.signInLimiter.recordFailure(attempt);
    if (user !== null) deps.failedSignIns.record({ user, origin, occurredOn: deps.now() });
    throw new AppError("SIGN_IN_FAILED");
  }
  deps.signInLimiter.recordSuccess(attempt);
  const strongerHash = deps.passwords.needsRehash(user.passwordHash) ? await deps.passwords.hash(password) : null;
  const session = await deps.store.transact(async (repositories): Promise<IssuedSession | null> => {
    // Hashing took a while, and a session is for the user as he is now: not disabled, and this still his password. Who changes
    // either waits, and then finds the session.
    await repositories.users.lockUser(user.id);
    const current = await repositories.users.findById(user.id);
    if (current === null || current.disabledOn !== null) throw new AppError("SIGN_IN_FAILED");
    if (current.passwordHash !== user.passwordHash) return null;
    if (strongerHash !== null) {
      await repositories.users.upgradePasswordHash(user.id, user.passwordHash, strongerHash);
    }
    const memberships = await repositories.users.listMemberships(user.id);
    if (memberships.length === 0) throw new AppError("SIGN_IN_FAILED");
    const company = chooseCompany(memberships, credentials.companyId);
    if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
    await recordAudit(deps, repositories, {
      action: "session.signed_in",
      companyId: company.id,
      actor: { userId: user.id, email: user.email },
      origin,
    });
    const tokens = await openSession(deps, repositories, current, company, origin);
    return { ...tokens, user: current, activeCompany: company, memberships };
  });
  // Another sign-in may have raised the hash, or the password may be another: judge it anew.
  return session ?? signIn(deps, credentials, origin);
}
