import type { UserRecord } from "../store/records.ts";
import type { Dependencies } from "./dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "./identity-provider.ts";

/**
 * Asks the provider whether this is the user's password. Users sign in here by a username, or by the address that an admin
 * knows them by; at the provider, their address may be another by now. Returns null when the password is wrong.
 */
export async function signInByAddress(
  deps: Dependencies,
  provider: IdentityProvider,
  user: UserRecord | null,
  typed: string,
  password: string,
): Promise<ProviderTokens | null> {
  if (user === null) return provider.signIn(typed, password);
  const identity = await deps.store.identities.findIdentity(provider.name, user.id);
  const address = identity?.email ?? user.email;
  if (identity === null) return provider.signIn(address, password);
  // Both at once: how long a wrong password takes must not tell whether the user was here lately.
  const [tokens, current] = await Promise.all([
    provider.signIn(address, password),
    readAddress(deps, provider, user.id, identity.subject),
  ]);
  if (tokens !== null || current === null || current === address) return tokens;
  return provider.signIn(current, password);
}

/** The address that the provider has for the user now; null where nothing here can ask for it. */
async function readAddress(
  deps: Dependencies,
  provider: IdentityProvider,
  userId: string,
  subject: string,
): Promise<string | null> {
  const accessToken = deps.rememberedTokens.find(userId);
  if (accessToken === null) return null;
  try {
    const known = await provider.readUser(accessToken);
    if (known === null || known.subject !== subject || known.email === "") return null;
    const toldOn = deps.now().toISOString();
    await noteAddress(deps, { provider: provider.name, subject, email: known.email, toldOn });
    return known.email;
  } catch {
    // The sign-in itself will say that the provider does not answer.
    return null;
  }
}

/** Notes the address that a token of the user names, if it is news. A token from before a change of the address is none. */
export async function noteTokenAddress(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  known: { readonly email: string | null; readonly emailToldOn: string | null },
): Promise<void> {
  const { subject, email, issuedOn } = claims;
  const isLater = known.emailToldOn === null || known.emailToldOn < issuedOn;
  // A time that has not come yet would make every later token look old.
  if (email === "" || email === known.email || !isLater || issuedOn > deps.now().toISOString()) return;
  await noteAddress(deps, { provider: provider.name, subject, email, toldOn: issuedOn });
}

async function noteAddress(
  deps: Dependencies,
  identity: { readonly provider: string; readonly subject: string; readonly email: string; readonly toldOn: string },
): Promise<void> {
  try {
    await deps.store.transact(({ identities }) => identities.noteEmail(identity));
  } catch (error) {
    // The call may be one that only reads.
    deps.reportFailure("noting a user's address at the identity provider", error);
  }
}
