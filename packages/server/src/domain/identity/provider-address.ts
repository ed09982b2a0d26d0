import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "./identity-provider.ts";

/** A new address in a provider's token that is not saved yet. */
export interface NewAddress {
  readonly provider: string;
  readonly subject: string;
  readonly email: string;
  readonly toldOn: string;
}

/**
 * Verifies a password with the provider. Users sign in here with a username or with the address of their invitation,
 * but their address at the provider may have changed. Returns null if the password is wrong.
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
  if (identity === null) return provider.signIn(user.email, password);
  const address = deps.rememberedTokens.findAddress(user.id) ?? identity.email ?? user.email;
  // In parallel, so that the time of a wrong password does not show whether the user was here recently.
  const [tokens, current] = await Promise.all([
    provider.signIn(address, password),
    readAddress(deps, provider, user.id, identity.subject),
  ]);
  if (tokens !== null || current === null || current === address) return tokens;
  return provider.signIn(current, password);
}

/**
 * Returns the current address of the user at the provider, or null if no token is available. Kept only in memory,
 * because the password may be wrong and a refused sign-in changes nothing (S-60).
 */
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
    deps.rememberedTokens.noteAddress(userId, known.email);
    return known.email;
  } catch {
    // The sign-in itself reports that the provider does not respond.
    return null;
  }
}

/** Returns the address of a token if it is new. Tokens from before an address change do not count. */
export function findNewAddress(
  deps: Dependencies,
  claims: ProviderClaims,
  user: UserRecord,
  known: { readonly provider: string; readonly email: string | null; readonly emailToldOn: string | null },
): NewAddress | null {
  const { subject, email, issuedOn } = claims;
  const isLater = known.emailToldOn === null || known.emailToldOn < issuedOn;
  const isKnown = email === (known.email ?? user.email);
  // A time in the future would make all later tokens look old.
  if (email === "" || isKnown || !isLater || issuedOn > deps.now().toISOString()) return null;
  return { provider: known.provider, subject, email, toldOn: issuedOn };
}

/** Saves the address. Call it after an accepted call, because a refused call changes nothing (S-60). */
export async function saveNewAddress(
  deps: Dependencies,
  newAddress: NewAddress,
  actor: { readonly userId: string; readonly email: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  try {
    await deps.transact(async (tx) => {
      // One of several concurrent calls saves it.
      if (!(await tx.store.identities.noteEmail(newAddress))) return;
      const { toldOn: _, ...details } = newAddress;
      await recordCall(tx, { actor, origin }, { action: "user.identity_address_changed", details });
    });
  } catch (error) {
    // The call may be read-only, so it does not fail.
    deps.reportFailure("cannot save the address that a user has at the identity provider", error);
  }
}
