import { AppError } from "../errors.ts";
import type { UserRecord } from "../store/records.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import type { Dependencies } from "./dependencies.ts";
import { normalizeLogin } from "./login-name.ts";
import { normalizePassword } from "./password-policy.ts";
import { signInAtProvider } from "./provider-sign-in.ts";
import { chooseCompany, type IssuedSession, openSession } from "./sessions.ts";
import { beginAttempt, failAttempt, judgeAttempt } from "./sign-in-attempt.ts";
import type { SignInAttempt } from "./sign-in-limiter.ts";

/** Whether this is the password; an unknown user costs the same hash. The attempt counts unless it was never judged. */
export async function isRightPassword(
  deps: Dependencies,
  attempt: SignInAttempt,
  user: UserRecord | null,
  password: string,
): Promise<boolean> {
  const judging =
    user === null ? deps.passwords.verifyDecoy(password) : deps.passwords.verify(user.passwordHash, password);
  return judgeAttempt(deps, attempt, judging);
}

/**
 * Signs a user in by e-mail or username, at the identity provider where there is one. Unknown user, wrong password and
 * disabled user give the same answer (S-04), without a provider after exactly one password hash.
 * @throws {AppError} SIGN_IN_FAILED, RATE_LIMITED with Retry-After, UNAVAILABLE when too many sign-ins wait already,
 * FORBIDDEN for a `companyId` the user does not belong to.
 */
export async function signIn(
  deps: Dependencies,
  credentials: { readonly email: string; readonly password: string; readonly companyId?: string },
  origin: Origin,
): Promise<IssuedSession> {
  if (deps.identityProvider !== null) return signInAtProvider(deps, deps.identityProvider, credentials, origin);
  const account = normalizeLogin(credentials.email);
  const password = normalizePassword(credentials.password);
  const user = await deps.store.users.findByLogin(account);
  const attempt = await beginAttempt(deps, account, user, origin);
  const isRight = await isRightPassword(deps, attempt, user, password);
  if (user === null || !isRight || user.disabledOn !== null) throw failAttempt(deps, attempt, user, origin);
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
