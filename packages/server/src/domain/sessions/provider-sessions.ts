import type { FoundExternalSession, SessionContext, UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims } from "../identity/identity-provider.ts";
import { type AddressNews, findAddressNews, noteAddress } from "../identity/provider-address.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import { openProvidedSession } from "./open-provided-session.ts";
import { type AuthenticatedSession, companyOfSession, describeActor, isLive } from "./sessions.ts";

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
  const found = await findProvidedSession(deps, provider, claims);
  const chosen = found === null ? null : companyOfSession(found.context);
  if (found === null || chosen === null) return null;
  const { context, addressNews } = found;
  rememberToken(deps, context.user, accessToken, claims);
  return {
    actor: describeActor(context, chosen.company, chosen.lostId),
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
    provided: { accessToken, isDue: isDue(deps, context), addressNews },
  };
}

function findExternalSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<FoundExternalSession | null> {
  return deps.store.identities.findExternalSession(provider.name, claims.sessionId);
}

/** Keeps the token of a user in memory until it expires. */
export function rememberToken(
  deps: Dependencies,
  user: UserRecord,
  accessToken: string,
  { expiresAt }: ProviderClaims,
): void {
  deps.rememberedTokens.note(user.id, accessToken, expiresAt.getTime() - deps.now().getTime());
}

/** Our session for the claims of a provider's token, if it was taken over and may act, and the address that the token tells. */
export async function findProvidedSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<{ readonly context: SessionContext; readonly addressNews: AddressNews | null } | null> {
  const external = await findExternalSession(deps, provider, claims);
  if (external === null || external.sessionId === null || external.subject !== claims.subject) return null;
  if (external.needsSecondFactor && !claims.isSecondFactorShown) return null;
  const context = await deps.store.sessions.findContext(external.sessionId);
  if (!isLive(deps, context)) return null;
  return { context, addressNews: findAddressNews(deps, claims, context.user, external) };
}

/** Whether half of the session's time is over, or its end is later than any that this server could have set. */
export function isDue(deps: Dependencies, { session }: SessionContext): boolean {
  const ttlSeconds = deps.settings.refreshTokenTtlSeconds;
  const now = deps.now();
  return session.expiresOn < addSeconds(now, ttlSeconds / 2) || isBeyond(session.expiresOn, now, ttlSeconds);
}

/**
 * Does what an accepted call with a provider's token entails: notes the address that the token tells, and prolongs the session after
 * half of its time. A refused call changes nothing (S-60). What the database does not take waits for the next call.
 */
export async function settleProvided(
  deps: Dependencies,
  { addressNews, isDue }: { readonly addressNews: AddressNews | null; readonly isDue: boolean },
  actor: { readonly userId: string; readonly email: string; readonly sessionId: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  if (addressNews !== null) await noteAddress(deps, addressNews, actor, origin);
  if (isDue) await prolongProvided(deps, { id: actor.sessionId, companyId: actor.companyId }, origin);
}

async function prolongProvided(
  deps: Dependencies,
  session: { readonly id: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
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
    deps.reportFailure("cannot extend a session of the identity provider", error);
  }
}
