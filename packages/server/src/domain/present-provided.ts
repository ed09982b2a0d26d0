import type { Origin } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import type { IdentityProvider, ProviderClaims, ProviderTokens } from "./identity-provider.ts";
import { findProvidedSession, prolongProvided } from "./provider-sessions.ts";
import { chooseCompany, type IssuedSession } from "./sessions.ts";

/** What a client gets for a provider's session that was taken over; null when it may not act any more. */
export async function presentProvided(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
  tokens: ProviderTokens,
  origin: Origin,
): Promise<IssuedSession | null> {
  const context = await findProvidedSession(deps, provider, claims);
  const company = context === null ? null : chooseCompany(context.memberships, context.session.companyId);
  if (context === null || company === null) return null;
  await prolongProvided(deps, { id: context.session.id, companyId: company.id }, origin);
  return { ...tokens, user: context.user, activeCompany: company, memberships: context.memberships };
}
