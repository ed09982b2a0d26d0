import type { UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "./identity-provider.ts";

/** An address that a token of the provider names and that is not noted yet. */
export interface AddressNews {
  readonly provider: string;
  readonly subject: string;
  readonly email: string;
  readonly toldOn: string;
}

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
  if (identity === null) return provider.signIn(user.email, password);
  const address = deps.rememberedTokens.findAddress(user.id) ?? identity.email ?? user.email;
  // Both at once: how long a wrong password takes must not tell whether the user was here lately.
  const [tokens, current] = await Promise.all([
    provider.signIn(address, password),
    readAddress(deps, provider, user.id, identity.subject),
  ]);
  if (tokens !== null || current === null || current === address) return tokens;
  return provider.signIn(current, password);
}

/**
 * The address that the provider has for the user now; null where nothing here can ask for it. It is remembered in this process
 * only: the password may be wrong, and a refused sign-in changes nothing (S-60).
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
    // The sign-in itself will say that the provider does not answer.
    return null;
  }
}

/** The address that a token of the user names, if it is news. A token from before a change of the address is none. */
export function findAddressNews(
  deps: Dependencies,
  claims: ProviderClaims,
  user: UserRecord,
  known: { readonly provider: string; readonly email: string | null; readonly emailToldOn: string | null },
): AddressNews | null {
  const { subject, email, issuedOn } = claims;
  const isLater = known.emailToldOn === null || known.emailToldOn < issuedOn;
  const isKnown = email === (known.email ?? user.email);
  // A time that has not come yet would make every later token look old.
  if (email === "" || isKnown || !isLater || issuedOn > deps.now().toISOString()) return null;
  return { provider: known.provider, subject, email, toldOn: issuedOn };
}

/** Notes the address. Call when a call with the token was accepted: a refused one changes nothing (S-60). */
export async function noteAddress(
  deps: Dependencies,
  news: AddressNews,
  actor: { readonly userId: string; readonly email: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  try {
    await deps.store.transact(async (repositories) => {
      // Of several calls at once, one does it.
      if (!(await repositories.identities.noteEmail(news))) return;
      await recordAudit(deps, repositories, {
        action: "user.identity_address_changed",
        companyId: actor.companyId,
        actor,
        origin,
        details: { provider: news.provider, subject: news.subject, email: news.email },
      });
    });
  } catch (error) {
    // The call may be one that only reads.
    deps.reportFailure("cannot save the address that a user has at the identity provider", error);
  }
}
