import { AppError } from "../../errors.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../../store/store.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type AuthenticatedSession, isSessionLive } from "../sessions/sessions.ts";
import { beginPasswordChange, isRightPassword, judgeAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { checkNewPassword, normalizePassword } from "./password-policy.ts";
import { changeAtProvider, isRightAtProvider } from "./provider-password.ts";

/** VALIDATION_FAILED with every reason against the new password. */
function refusePassword(reasons: readonly string[]): AppError {
  return new AppError("VALIDATION_FAILED", {
    message: `The server did not accept the new password: ${reasons.join(". ")}`,
    details: reasons.map((message) => ({ path: "/newPassword", message })),
  });
}

/**
 * Replaces the user's password, at the identity provider if the session is from there, and ends every other session of theirs, with its device.
 * @throws {AppError} SIGN_IN_FAILED for a wrong current password, VALIDATION_FAILED with every reason against the
 * new one, RATE_LIMITED after too many wrong ones; those of `changeAtProvider`.
 * @throws {StoreOutcomeUnknownError} also when the provider changed it and the database then did not end the other sessions.
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
    // All that took a while; meanwhile somebody may have ended this session.
    if (!(await isSessionLive(deps, repositories, actor.sessionId))) throw new AppError("UNAUTHORIZED");
    if (newHash === null) {
      await repositories.users.clearPasswordChange(user.id);
    } else if (!(await repositories.users.replacePassword(user.id, user.passwordHash, newHash))) {
      throw new AppError("SIGN_IN_FAILED", { message: "The password was changed at the same time by another request" });
    }
    const now = deps.now().toISOString();
    // Whoever signed in elsewhere with the old password is a stranger from now on.
    await repositories.deviceTokens.deleteOfUser(user.id, actor.sessionId);
    const endedSessions = await repositories.sessions.revokeOtherSessions(user.id, actor.sessionId, now);
    await recordAudit(deps, repositories, {
      action: "password.changed",
      companyId: actor.companyId,
      actor,
      origin,
      details: { endedSessions },
    });
  });
  await (provided === null ? ending : admitChange(ending));
}

/** Whoever asks has a session, so the write tells them nothing that they do not know. */
async function recordWrongPassword(deps: Dependencies, actor: Actor, origin: Origin): Promise<void> {
  const { companyId } = actor;
  await deps.store.transact((repositories) =>
    recordAudit(deps, repositories, { action: "password.change_failed", companyId, actor, origin }),
  );
}

/** That the database is not available would say that nothing happened; but the password is another already. */
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
