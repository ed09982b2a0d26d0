import type { FoundExternalSession, SessionContext } from "../store/records.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
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
    provided: { accessToken, isDue: isDue(deps, context) },
  };
}

function findExternalSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<FoundExternalSession | null> {
  return deps.store.identities.findExternalSession(provider.name, claims.sessionId);
}

/** Our session for the claims of a provider's token, if it was taken over and may act. */
export async function findProvidedSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<SessionContext | null> {
  const external = await findExternalSession(deps, provider, claims);
  if (external === null || external.sessionId === null || external.subject !== claims.subject) return null;
  if (external.needsSecondFactor && !claims.isSecondFactorShown) return null;
  const context = await deps.store.sessions.findContext(external.sessionId);
  if (!isLive(deps, context)) return null;
  await noteTokenAddress(deps, provider, claims, external);
  return context;
}

/** Whether half of the session's time is over, or its end is later than any that this server could have set. */
function isDue(deps: Dependencies, { session }: SessionContext): boolean {
  const ttlSeconds = deps.settings.refreshTokenTtlSeconds;
  const now = deps.now();
  return session.expiresOn < addSeconds(now, ttlSeconds / 2) || isBeyond(session.expiresOn, now, ttlSeconds);
}

/**
 * Prolongs a provider's session that is used, after half of its time. Call when a call was accepted: a refused one changes
 * nothing (S-60). What the database does not take waits for the next call.
 */
export async function prolongProvided(
  deps: Dependencies,
  session: { readonly id: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  const context = await deps.store.sessions.findContext(session.id);
  if (context === null || !isDue(deps, context)) return;
  try {
    await deps.store.transact(async (repositories) => {
      const { sessions } = repositories;
      // Of several calls at once, one does it. A session that ended meanwhile stays as it is.
      await sessions.lockSession(session.id);
      const current = await sessions.findContext(session.id);
      if (!isLive(deps, current) || !isDue(deps, current)) return;
      await sessions.extendSession(session.id, addSeconds(deps.now(), deps.settings.refreshTokenTtlSeconds));
      await recordAudit(deps, repositories, {
        action: "session.refreshed",
        companyId: session.companyId,
        actor: { userId: current.user.id, email: current.user.email },
        origin,
      });
    });
  } catch (error) {
    // The session has not ended yet, and the call may be one that only reads.
    deps.reportFailure("prolonging a session of the identity provider", error);
  }
}
