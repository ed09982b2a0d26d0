import { AppError } from "../../errors.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { IdentityProvider } from "../identity/identity-provider.ts";

function requireProvider({ identityProvider }: Pick<Dependencies, "identityProvider">): IdentityProvider {
  if (identityProvider === null) throw new AppError("UNAUTHORIZED");
  return identityProvider;
}

/**
 * Whether this is the password at the provider, of the user of the token. Their address is asked for, because it may have changed since
 * the token was issued. The session that asking opens there is ended, as far as the provider lets us.
 * @throws {AppError} UNAUTHORIZED when the session of the token is over there.
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
 * Changes the password at the provider, which ends the user's other sessions there. Null when it is done, else the reason
 * against the new one.
 * @throws {AppError} FORBIDDEN when the provider wants more than the current password for it, UNAUTHORIZED when the session is
 * over there.
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
