import { AppError } from "../../errors.ts";
import type { UserRecord } from "../../store/records.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import { signInByAddress } from "../identity/provider-address.ts";
import { type BrowserSession, replaceBrowserToken } from "../sessions/browser-sessions.ts";
import { type AuthenticatedSession, isSessionLive } from "../sessions/sessions.ts";
import {
  awaitVerification,
  beginPasswordChange,
  checkPassword,
  type StartedAttempt,
} from "../sign-in-limits/sign-in-attempt.ts";
import { checkNewPassword, normalizePassword } from "./password-policy.ts";

/** Returns VALIDATION_FAILED with all reasons against the new password. */
function refusePassword(reasons: readonly string[]): AppError {
  return new AppError("VALIDATION_FAILED", {
    message: `The server did not accept the new password: ${reasons.join(". ")}`,
    details: reasons.map((message) => ({ path: "/newPassword", message })),
  });
}

/** The passwords of a change. */
export interface PasswordPair {
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Where a password is kept: here or at the identity provider. */
interface PasswordPlace {
  isRight(attempt: StartedAttempt): Promise<boolean>;
  /** Changes the password at the provider, or returns the hash to store here. */
  change(attempt: StartedAttempt): Promise<string | null>;
}

/**
 * Changes the password of the user, at the identity provider for provider sessions. Ends all other sessions of the
 * user, with their devices.
 * @throws {AppError} SIGN_IN_FAILED if the current password is wrong. VALIDATION_FAILED with all reasons against the
 * new one. RATE_LIMITED after too many wrong passwords. Also the errors of `keepAtProvider`.
 * @throws {StoreOutcomeUnknownError} also if the provider changed the password, but the database did not end the
 * sessions.
 */
export async function changePassword(
  deps: Dependencies,
  session: AuthenticatedSession,
  passwords: PasswordPair,
  origin: Origin,
): Promise<void> {
  const { user, provided } = session;
  const place =
    provided === null ? keepHere(deps, user, passwords) : keepAtProvider(deps, provided.accessToken, passwords);
  await change(deps, session, { passwords, place }, origin, async () => undefined);
}

/**
 * Changes the password of a browser's user in the same way. Returns a new token for the cookie, because somebody who
 * knew the old password may have the old one.
 * @throws as `changePassword` does.
 */
export async function changeBrowserPassword(
  deps: Dependencies,
  session: BrowserSession,
  passwords: PasswordPair,
  origin: Origin,
): Promise<string> {
  const { identityProvider: provider } = deps;
  const { user, actor } = session;
  const renew = (tx: Transaction): Promise<string> => replaceBrowserToken(tx, actor.sessionId);
  if (provider === null) {
    return change(deps, session, { passwords, place: keepHere(deps, user, passwords) }, origin, renew);
  }
  // The browser has no session at the provider, so the current password opens one for the change.
  let accessToken: string | undefined;
  const place: PasswordPlace = {
    isRight: async (attempt) => {
      const signingIn = signInByAddress(deps, provider, user, user.email, passwords.currentPassword);
      accessToken = (await awaitVerification(deps, attempt, signingIn))?.accessToken;
      return accessToken !== undefined;
    },
    change: (attempt) => keepAtProvider(deps, accessToken ?? "", passwords).change(attempt),
  };
  try {
    return await change(deps, session, { passwords, place }, origin, renew);
  } finally {
    if (accessToken !== undefined) await endAtProvider(deps, accessToken);
  }
}

function keepHere(deps: Dependencies, user: UserRecord, { currentPassword, newPassword }: PasswordPair): PasswordPlace {
  return {
    isRight: (attempt) => checkPassword(deps, attempt, user, normalizePassword(currentPassword)),
    change: (attempt) => deps.passwords.hash(normalizePassword(newPassword), attempt.holder),
  };
}

/**
 * Returns the check and the change of a password at the provider. Both throw UNAUTHORIZED if the session of the token
 * has ended there. The change throws FORBIDDEN if the provider requires more than the current password. It ends the
 * user's other sessions at the provider.
 */
function keepAtProvider(
  deps: Dependencies,
  accessToken: string,
  { currentPassword, newPassword }: PasswordPair,
): PasswordPlace {
  const { identityProvider: provider } = deps;
  if (provider === null) throw new AppError("UNAUTHORIZED");
  /** Reads the current address of the user first, because it may have changed. Ends the session that this check opens. */
  const check = async (): Promise<boolean> => {
    const known = await provider.readUser(accessToken);
    if (known === null) throw new AppError("UNAUTHORIZED");
    const tokens = await provider.signIn(known.email, currentPassword);
    if (tokens !== null) await endAtProvider(deps, tokens.accessToken);
    return tokens !== null;
  };
  return {
    isRight: (attempt) => awaitVerification(deps, attempt, check()),
    change: async () => {
      const change = await provider.changePassword(accessToken, currentPassword, newPassword);
      if (change.outcome === "refused") throw refusePassword([change.reason]);
      if (change.outcome === "changed") return null;
      if (change.outcome === "ended") throw new AppError("UNAUTHORIZED");
      throw new AppError("FORBIDDEN", {
        message:
          "The identity provider requires a confirmation of this change. Change the password in the web application",
      });
    },
  };
}

/** Changes a password. `renew` runs in the transaction that ends the other sessions, and its result is returned. */
async function change<T>(
  deps: Dependencies,
  { actor, user, memberships }: Pick<AuthenticatedSession, "actor" | "user" | "memberships">,
  { passwords, place }: { readonly passwords: PasswordPair; readonly place: PasswordPlace },
  origin: Origin,
  renew: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const current = normalizePassword(passwords.currentPassword);
  const next = normalizePassword(passwords.newPassword);
  const reasons = checkNewPassword(next, {
    minLength: deps.settings.passwordMinLength,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    companyNames: memberships.map((membership) => membership.name),
  });
  if (next === current) reasons.push("The new password is the same as the current one");
  if (reasons.length > 0) throw refusePassword(reasons);
  const attempt = beginPasswordChange(deps, actor, origin);
  if (!(await place.isRight(attempt))) {
    deps.signInLimiter.recordFailure(attempt);
    // The caller has a session, so the timing of the write reveals nothing new.
    await deps.transact((tx) => recordCall(tx, { actor, origin }, { action: "password.change_failed" }));
    throw new AppError("SIGN_IN_FAILED", { message: "The current password is wrong" });
  }
  deps.signInLimiter.recordSuccess(attempt);
  const newHash = await place.change(attempt);
  const ending = deps.transact(async (tx) => {
    // A command that ends sessions waits for this lock, or has already ended this one.
    await tx.store.users.lockUser(user.id);
    if (!(await isSessionLive(tx, actor.sessionId))) throw new AppError("UNAUTHORIZED");
    if (newHash === null) {
      await tx.store.users.clearPasswordChange(user.id);
    } else if (!(await tx.store.users.replacePassword(user.id, user.passwordHash, newHash))) {
      throw new AppError("SIGN_IN_FAILED", { message: "The password was changed at the same time by another request" });
    }
    const now = deps.now().toISOString();
    // Other devices signed in with the old password and are no longer trusted.
    await tx.store.deviceTokens.deleteOfUser(user.id, actor.sessionId);
    await tx.store.deviceSignIns.denyApproved(user.id);
    await tx.store.secondFactors.expire({ userId: user.id }, now);
    const endedSessions = await tx.store.sessions.revokeOtherSessions(user.id, actor.sessionId, now);
    const details = { endedSessions };
    await recordCall(tx, { actor, origin }, { action: "password.changed", details });
    return renew(tx);
  });
  return newHash === null ? asUnknownOutcome(ending) : ending;
}

/**
 * Throws StoreOutcomeUnknownError instead of StoreUnavailableError. The latter would mean that nothing was changed, but
 * the provider has changed the password.
 */
async function asUnknownOutcome<T>(ending: Promise<T>): Promise<T> {
  try {
    return await ending;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    throw new StoreOutcomeUnknownError("The provider changed the password, but the database did not save the change", {
      cause: error,
    });
  }
}
