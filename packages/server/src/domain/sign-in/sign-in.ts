import { AppError } from "../../errors.ts";
import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { normalizeLogin } from "../login-name.ts";
import { normalizePassword } from "../passwords/password-policy.ts";
import { chooseCompany, type IssuedSession, openSession } from "../sessions/sessions.ts";
import type { PresentedDevice } from "../sign-in-limits/device-tokens.ts";
import {
  awaitVerification,
  beginAttempt,
  checkPassword,
  failAttempt,
  type SignInCredentials,
  type StartedAttempt,
} from "../sign-in-limits/sign-in-attempt.ts";
import { signInAtProvider } from "./provider-sign-in.ts";

/** A user whose password was right, inside the transaction that opens the session. */
interface VerifiedUser {
  readonly user: UserRecord;
  readonly company: MembershipRecord;
  readonly memberships: readonly MembershipRecord[];
  /** The known device. Null for strangers. */
  readonly device: PresentedDevice | null;
}

/** Opens a session of some kind for a verified user. */
type OpenSession<T> = (tx: Transaction, verified: VerifiedUser) => Promise<T>;

/**
 * Signs a user in with email or username, at the identity provider if there is one. Returns the tokens of the session.
 * @throws {AppError} as `verifyPassword` and `signInAtProvider` do.
 */
export async function signIn(
  deps: Dependencies,
  credentials: SignInCredentials,
  origin: Origin,
): Promise<IssuedSession> {
  if (deps.identityProvider !== null) return signInAtProvider(deps, deps.identityProvider, credentials, origin);
  return verifyPassword(deps, credentials, origin, async (tx, { user, company, memberships, device }) => {
    const tokens = await openSession(tx, user, company, device, origin);
    return { ...tokens, user, activeCompany: company, memberships };
  });
}

/**
 * Verifies the password of a user of this server and opens a session. An unknown user, a wrong password, a disabled user
 * and used-up attempts get the same response (S-04), after exactly one password hash.
 * @throws {AppError} SIGN_IN_FAILED. RATE_LIMITED with Retry-After. FORBIDDEN if the user does not belong to
 * `companyId`.
 * @throws {HashingBusyError} if too many sign-ins are queued.
 */
export async function verifyPassword<T extends object>(
  deps: Dependencies,
  credentials: SignInCredentials,
  origin: Origin,
  open: OpenSession<T>,
): Promise<T> {
  const login = normalizeLogin(credentials.email);
  const password = normalizePassword(credentials.password);
  const user = await deps.store.users.findByLogin(login);
  const guess = { kind: "password", login, accountId: user?.id ?? null, address: origin.ip } as const;
  const attempt = await beginAttempt(deps, guess, { user, deviceToken: credentials.deviceToken });
  const isRight = await checkPassword(deps, attempt, user, password);
  if (user === null || !isRight || attempt.mustFail || user.disabledOn !== null) {
    throw failAttempt(deps, attempt, user, origin);
  }
  const opening = openForPassword(deps, user, attempt, { ...credentials, password }, origin, open);
  const outcome = await awaitVerification(deps, attempt, opening);
  if (outcome === "refused") throw failAttempt(deps, attempt, user, origin);
  deps.signInLimiter.recordSuccess(attempt);
  // Another sign-in may have upgraded the hash, or the password may have changed. Verify again.
  return outcome === "hash-replaced" ? verifyPassword(deps, credentials, origin, open) : outcome;
}

async function openForPassword<T extends object>(
  deps: Dependencies,
  user: UserRecord,
  attempt: StartedAttempt,
  { password, companyId }: SignInCredentials,
  origin: Origin,
  open: OpenSession<T>,
): Promise<T | "refused" | "hash-replaced"> {
  const needsRehash = deps.passwords.needsRehash(user.passwordHash);
  const strongerHash = needsRehash ? await deps.passwords.hash(password, user.id) : null;
  return deps.transact(async (tx) => {
    // The user may have been disabled or have changed the password during hashing. Such a change waits for this lock
    // and then finds the session.
    await tx.store.users.lockUser(user.id);
    const current = await tx.store.users.findById(user.id);
    if (current === null || current.disabledOn !== null) return "refused";
    if (current.passwordHash !== user.passwordHash) return "hash-replaced";
    if (strongerHash !== null) {
      await tx.store.users.upgradePasswordHash(user.id, user.passwordHash, strongerHash);
    }
    const memberships = await tx.store.users.listMemberships(user.id);
    if (memberships.length === 0) return "refused";
    const company = chooseCompany(memberships, companyId);
    if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
    await recordCall(tx, { actor: actingFor(user, company.id), origin }, { action: "session.signed_in" });
    return open(tx, { user: current, company, memberships, device: attempt.device });
  });
}
