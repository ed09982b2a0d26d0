import type { FoundExternalSession, SessionContext } from "../store/records.ts";
import type { Origin } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import type { IdentityProvider, ProviderClaims } from "./identity-provider.ts";
import { openProvidedSession } from "./open-provided-session.ts";
import { noteTokenAddress } from "./provider-address.ts";
import { type AuthenticatedSession, companyOfSession, describeActor, isLive } from "./sessions.ts";
import { addSeconds, isBeyond } from "./timestamp.ts";

/**
 * The session of a provider's access token; one that is seen for the first time is taken over, if its user was invited. Null
 * for every token that may not act.
 */
export async function authenticateProvided(
  deps: Dependencies,
  accessToken: string,
  origin: Origin,
): Promise<AuthenticatedSession | null> {
  const provider = deps.identityProvider;
  const claims = (await provider?.readAccessToken(accessToken)) ?? null;
  if (provider === null || claims === null) return null;
  if ((await findExternalSession(deps, provider, claims)) === null) {
    const opened = await openProvidedSession(deps, provider, { accessToken, claims }, origin);
    if (opened !== "opened") return null;
  }
  const context = await findProvidedSession(deps, provider, claims);
  const chosen = context === null ? null : companyOfSession(context);
  if (context === null || chosen === null) return null;
  deps.rememberedTokens.note(context.user.id, accessToken, claims.expiresAt);
  return {
    actor: describeActor(context, chosen.company, chosen.lostId),
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
    provided: { accessToken },
  };
}

function findExternalSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<FoundExternalSession | null> {
  return deps.store.identities.findExternalSession(provider.name, claims.sessionId);
}

/**
 * Our session for the claims of a provider's token, if it was taken over and may act. One that is used goes on; after half
 * of its time that is written down, as soon as the database takes it.
 */
export async function findProvidedSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<SessionContext | null> {
  const external = await findExternalSession(deps, provider, claims);
  if (external === null || external.sessionId === null || external.subject !== claims.subject) return null;
  if (external.needsSecondFactor && !claims.isSecondFactorShown) return null;
  const { sessionId } = external;
  const context = await deps.store.sessions.findContext(sessionId);
  if (!isLive(deps, context)) return null;
  await noteTokenAddress(deps, provider, claims, external);
  const ttlSeconds = deps.settings.refreshTokenTtlSeconds;
  const now = deps.now();
  const { expiresOn: before } = context.session;
  if (before < addSeconds(now, ttlSeconds / 2) || isBeyond(before, now, ttlSeconds)) {
    const expiresOn = addSeconds(now, ttlSeconds);
    try {
      await deps.store.transact(({ sessions }) => sessions.extendSession(sessionId, expiresOn));
    } catch (error) {
      // The session has not ended yet, and the call may be one that only reads.
      deps.reportFailure("prolonging a session of the identity provider", error);
    }
  }
  return context;
}
