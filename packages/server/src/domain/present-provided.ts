import type { Origin } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "./identity-provider.ts";
import { findProvidedSession, prolongProvided } from "./provider-sessions.ts";
import { companyOfSession, type IssuedSession } from "./sessions.ts";

/** What a client gets for a provider's session that was taken over; null when it may not act any more. */
export async function presentProvided(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  tokens: ProviderTokens,
  origin: Origin,
): Promise<IssuedSession | null> {
  const context = await findProvidedSession(deps, provider, claims);
  const chosen = context === null ? null : companyOfSession(context);
  if (context === null || chosen === null) return null;
  const { session, user, memberships } = context;
  await prolongProvided(deps, { id: session.id, companyId: chosen.company.id }, origin);
  deps.rememberedTokens.note(user.id, tokens.accessToken, claims.expiresAt);
  return { ...tokens, sessionId: session.id, deviceToken: null, user, activeCompany: chosen.company, memberships };
}
