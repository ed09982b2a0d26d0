import { AppError, invalidField } from "../../errors.ts";
import type { Dependencies } from "../dependencies.ts";
import {
  checkNewPassword,
  generatePassword,
  normalizePassword,
  type PasswordContext,
} from "../passwords/password-policy.ts";
import { findUser } from "./find-account.ts";
import { endUserAccess, lockUserByLogin } from "./manage-user.ts";
import { recordForUser } from "./record-command.ts";

/**
 * Returns the hash of a new password for a user. Generates a password if `typed` is undefined.
 * @throws {AppError} VALIDATION_FAILED if the password is too weak.
 */
export async function choosePassword(
  deps: Dependencies,
  typed: string | undefined,
  user: Omit<PasswordContext, "minLength">,
): Promise<{ readonly generatedPassword: string | null; readonly passwordHash: string }> {
  const generatedPassword = typed === undefined ? generatePassword(deps.randomBytes) : null;
  const password = normalizePassword(generatedPassword ?? typed ?? "");
  const reasons = checkNewPassword(password, { ...user, minLength: deps.settings.passwordMinLength });
  if (reasons.length > 0) throw invalidField("/password", reasons.join(". "));
  return { generatedPassword, passwordHash: await deps.passwords.hash(password) };
}

/**
 * Resets the password of a user and ends their sessions. The user must change it when they sign in. Generates a
 * password if `typed` is undefined, which is shown once and not stored.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED if the password is too weak, or if an identity provider stores
 * passwords.
 */
export async function resetPassword(deps: Dependencies, text: string, typed: string | undefined) {
  if (deps.identityProvider !== null) {
    throw new AppError("VALIDATION_FAILED", {
      message:
        `Passwords are kept by the identity provider, ${deps.identityProvider.name}. Reset the password there.\n` +
        "To end the user's sessions here, run: briksync-server users end-sessions <user>",
    });
  }
  const found = await findUser(deps.store, text);
  const companyNames = (await deps.store.users.listMemberships(found.id)).map(({ name }) => name);
  const { generatedPassword, passwordHash } = await choosePassword(deps, typed, { ...found, companyNames });
  return deps.transact(async (tx) => {
    const user = await lockUserByLogin(tx, found.id);
    await tx.store.users.resetPassword(user.id, passwordHash);
    const endedSessions = await endUserAccess(tx, user.id);
    await recordForUser(tx, user, "user.password_reset", { endedSessions });
    return { user: { ...user, mustChangePassword: true }, generatedPassword, endedSessions };
  });
}
