import { AppError } from "../../errors.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../store/store.ts";
import type { Actor, Origin } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type AuthenticatedSession, isSessionLive } from "../sessions/sessions.ts";
import { beginPasswordChange, isRightPassword, judgeAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { checkNewPassword, normalizePassword } from "./password-policy.ts";
import { changeAtProvider, isRightAtProvider } from "./provider-password.ts";

/** Returns VALIDATION_FAILED with all reasons against the new password. */
function refusePassword(reasons: readonly string[]): AppError {
  return new AppError("VALIDATION_FAILED", {
    message: `The server did not accept the new password: ${reasons.join(". ")}`,
    details: reasons.map((message) => ({ path: "/newPassword", message })),
  });
}

/**
 * Changes the password of the user, at the identity provider for provider sessions. Ends all other sessions of the
 * user, with their devices.
 * @throws {AppError} SIGN_IN_FAILED if the current password is wrong. VALIDATION_FAILED with all reasons against the
 * new one. RATE_LIMITED after too many wrong passwords. Also the errors of `changeAtProvider`.
 * @throws {StoreOutcomeUnknownError} also if the provider changed the password, but the database did not end the
 * sessions.
 */
export async function changePassword(
  deps: Dependencies,
  session: AuthenticatedSession,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
  origin: Origin,
): Promise<void> {
  const { actor, user, memberships, provided } = session;
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
  const isRight =
    provided === null
      ? await isRightPassword(deps, attempt, user, current)
      : await judgeAttempt(deps, attempt, isRightAtProvider(deps, provided.accessToken, passwords.currentPassword));
  if (!isRight) {
    deps.signInLimiter.recordFailure(attempt);
    await recordWrongPassword(deps, actor, origin);
    throw new AppError("SIGN_IN_FAILED", { message: "The current password is wrong" });
  }
  deps.signInLimiter.recordSuccess(attempt);
  const newHash = provided === null ? await deps.passwords.hash(next, attempt.holder) : null;
  if (provided !== null) {
    const reason = await changeAtProvider(deps, provided.accessToken, passwords);
    if (reason !== null) throw refusePassword([reason]);
  }
  const ending = deps.store.transact(async (repositories) => {
    // The session may have ended in the meantime.
    await repositories.users.lockUser(user.id);
    if (!(await isSessionLive(deps, repositories, actor.sessionId))) throw new AppError("UNAUTHORIZED");
    if (newHash === null) {
      await repositories.users.clearPasswordChange(user.id);
    } else if (!(await repositories.users.replacePassword(user.id, user.passwordHash, newHash))) {
      throw new AppError("SIGN_IN_FAILED", { message: "The password was changed at the same time by another request" });
    }
    const now = deps.now().toISOString();
    // Other devices signed in with the old password and are no longer trusted.
    await repositories.deviceTokens.deleteOfUser(user.id, actor.sessionId);
    const endedSessions = await repositories.sessions.revokeOtherSessions(user.id, actor.sessionId, now);
    await recordCall(
      deps,
      repositories,
      { actor, origin },
      {
        action: "password.changed",
        details: { endedSessions },
      },
    );
  });
  await (provided === null ? ending : admitChange(ending));
}

/** The caller has a session, so the timing of the write reveals nothing new. */
async function recordWrongPassword(deps: Dependencies, actor: Actor, origin: Origin): Promise<void> {
  await deps.store.transact((repositories) =>
    recordCall(deps, repositories, { actor, origin }, { action: "password.change_failed" }),
  );
}

/** A StoreUnavailableError would mean that nothing was changed, but the provider has changed the password. */
async function admitChange(ending: Promise<void>): Promise<void> {
  try {
    await ending;
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    throw new StoreOutcomeUnknownError("The provider changed the password, but the database did not save the change", {
      cause: error,
    });
  }
}
