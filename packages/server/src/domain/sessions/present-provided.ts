import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "../identity/identity-provider.ts";
import { findProvidedSession, isDue, rememberToken, settleProvided } from "./provider-sessions.ts";
import { companyOfSession, type IssuedSession } from "./sessions.ts";

/** Returns the response for a provider session that was taken over, or null if it must not act. */
export async function presentProvided(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  tokens: ProviderTokens,
  origin: Origin,
): Promise<IssuedSession | null> {
  const found = await findProvidedSession(deps, provider, claims);
  const chosen = found === null ? null : companyOfSession(found.context);
  if (found === null || chosen === null) return null;
  const { context, addressNews } = found;
  const { session, user, memberships } = context;
  const actor = { userId: user.id, email: user.email, sessionId: session.id, companyId: chosen.company.id };
  await settleProvided(deps, { addressNews, isDue: isDue(deps, context) }, actor, origin);
  rememberToken(deps, user, tokens.accessToken, claims);
  return { ...tokens, sessionId: session.id, deviceToken: null, user, activeCompany: chosen.company, memberships };
}
