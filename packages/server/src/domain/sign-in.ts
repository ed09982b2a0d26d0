import { AppError } from "../errors.ts";
import type { UserRecord } from "../store/store.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import type { Dependencies } from "./dependencies.ts";
import { normalizePassword } from "./password-policy.ts";
import { chooseCompany, type IssuedSession, openSession } from "./sessions.ts";

/** How long an address counts as known after a sign-in from it. */
const knownAddressDays = 90;

/** The form in which e-mails and usernames are compared. */
export function normalizeLogin(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}

async function isKnownAddress(deps: Dependencies, user: UserRecord | null, ip: string | null): Promise<boolean> {
  if (user === null || ip === null) return false;
  const since = new Date(deps.now().getTime() - knownAddressDays * 86_400_000).toISOString();
  return deps.store.sessions.hasSignedInFrom(user.id, ip, since);
}

/** Leaves a trace of a failed sign-in without making the caller wait: a slower answer would tell that the user exists. */
function recordFailedSignIn(deps: Dependencies, user: UserRecord, origin: Origin): void {
  const write = async (): Promise<void> => {
    const [company] = await deps.store.users.listMemberships(user.id);
    if (company === undefined) return;
    await deps.store.transact((repositories) =>
      recordAudit(deps, repositories, {
        action: "session.sign_in_failed",
        companyId: company.id,
        actor: { userId: user.id, email: user.email },
        origin,
      }),
    );
  };
  write().catch((error: unknown) => deps.reportFailure("recording a failed sign-in", error));
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
  const isRight =
    user === null
      ? await deps.passwords.verifyDecoy(password)
      : await deps.passwords.verify(user.passwordHash, password);
  const memberships = user === null ? [] : await deps.store.users.listMemberships(user.id);
  if (user === null || !isRight || user.disabledOn !== null || memberships.length === 0) {
    deps.signInLimiter.recordFailure(attempt);
    if (user !== null) recordFailedSignIn(deps, user, origin);
    throw new AppError("SIGN_IN_FAILED");
  }
  deps.signInLimiter.recordSuccess(attempt);
  const company = chooseCompany(memberships, credentials.companyId);
  if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  if (deps.passwords.needsRehash(user.passwordHash)) {
    const upgraded = await deps.passwords.hash(password);
    await deps.store.users.upgradePasswordHash(user.id, user.passwordHash, upgraded);
  }
  const tokens = await deps.store.transact(async (repositories) => {
    await recordAudit(deps, repositories, {
      action: "session.signed_in",
      companyId: company.id,
      actor: { userId: user.id, email: user.email },
      origin,
    });
    return openSession(deps, repositories, user, company, origin);
  });
  return { ...tokens, user, activeCompany: company, memberships };
}
