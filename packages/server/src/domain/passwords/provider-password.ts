import { AppError } from "../../errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { IdentityProvider } from "../identity/identity-provider.ts";

function requireProvider({ identityProvider }: Pick<Dependencies, "identityProvider">): IdentityProvider {
  if (identityProvider === null) throw new AppError("UNAUTHORIZED");
  return identityProvider;
}

/**
 * Returns whether a password is the one of the token's user at the provider. Reads their current address first, because
 * it may have changed. Ends the provider session that this check opens.
 * @throws {AppError} UNAUTHORIZED if the session of the token has ended at the provider.
 */
export async function isRightAtProvider(deps: Dependencies, accessToken: string, password: string): Promise<boolean> {
  const provider = requireProvider(deps);
  const known = await provider.readUser(accessToken);
  if (known === null) throw new AppError("UNAUTHORIZED");
  const tokens = await provider.signIn(known.email, password);
  if (tokens !== null) await endAtProvider(deps, tokens.accessToken);
  return tokens !== null;
}

/**
 * Changes the password at the provider, which ends the user's other sessions there. Returns null on success, or the
 * reason against the new password.
 * @throws {AppError} FORBIDDEN if the provider requires more than the current password. UNAUTHORIZED if the session has
 * ended at the provider.
 */
export async function changeAtProvider(
  deps: Dependencies,
  accessToken: string,
  passwords: { readonly currentPassword: string; readonly newPassword: string },
): Promise<string | null> {
  const { currentPassword, newPassword } = passwords;
  const change = await requireProvider(deps).changePassword(accessToken, currentPassword, newPassword);
  if (change.outcome === "refused") return change.reason;
  if (change.outcome === "changed") return null;
  if (change.outcome === "ended") throw new AppError("UNAUTHORIZED");
  throw new AppError("FORBIDDEN", {
    message: "The identity provider requires a confirmation of this change. Change the password in the web application",
  });
}
