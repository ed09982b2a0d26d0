import { AppError } from "../../errors.ts";
import type { SessionContext, UserRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import {
  type IdentityProvider,
  type ProviderClaims,
  type ProviderTokens,
  readIssuedToken,
} from "../identity/identity-provider.ts";
import { findNewAddress, type NewAddress, saveNewAddress } from "../identity/provider-address.ts";
import { awaitVerification, beginAttempt } from "../sign-in-limits/sign-in-attempt.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import { openProvidedSession } from "./open-provided-session.ts";
import { type AuthenticatedSession, companyOfSession, describeActor, type IssuedSession, isLive } from "./sessions.ts";

/**
 * Authenticates a provider's access token. Takes over a new session if its user was invited. Returns null for a token
 * that the server does not accept.
 */
export async function authenticateProvided(
  deps: Dependencies,
  accessToken: string,
  origin: Origin,
): Promise<AuthenticatedSession | null> {
  const provider = deps.identityProvider;
  const claims = (await provider?.readAccessToken(accessToken)) ?? null;
  if (provider === null || claims === null) return null;
  const opened = await openProvidedSession(deps, provider, { accessToken, claims }, origin);
  if (opened !== "opened") return null;
  const found = await findProvidedSession(deps, provider, claims);
  const chosen = found === null ? null : companyOfSession(found.context);
  if (found === null || chosen === null) return null;
  const { context, newAddress } = found;
  rememberToken(deps, context.user, accessToken, claims);
  return {
    actor: describeActor(context, chosen.company, chosen.lostId),
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
    endsOn: context.session.expiresOn,
    endsAtLatestOn: context.session.endsOn,
    provided: { accessToken, isDue: isDue(deps, context), newAddress },
  };
}

/** Keeps the token of a user in memory until it expires. */
function rememberToken(deps: Dependencies, user: UserRecord, accessToken: string, { expiresAt }: ProviderClaims): void {
  deps.rememberedTokens.note(user.id, accessToken, expiresAt.getTime() - deps.now().getTime());
}

/**
 * Returns the session for the claims of a provider's token, if the server has taken it over and accepts it. Also
 * returns a new address in the token, if any.
 */
export async function findProvidedSession(
  deps: Dependencies,
  provider: IdentityProvider,
  claims: ProviderClaims,
): Promise<{ readonly context: SessionContext; readonly newAddress: NewAddress | null } | null> {
  const external = await deps.store.identities.findExternalSession(provider.name, claims.sessionId);
  if (external === null || external.sessionId === null || external.subject !== claims.subject) return null;
  if (external.needsSecondFactor && !claims.isSecondFactorShown) return null;
  const context = await deps.store.sessions.findContext(external.sessionId);
  if (!isLive(deps, context)) return null;
  return { context, newAddress: findNewAddress(deps, claims, context.user, external) };
}

/** Returns whether half of the session's lifetime is over, or its end is later than this server could set. */
function isDue(deps: Dependencies, { session }: SessionContext): boolean {
  const ttlSeconds = deps.settings.refreshTokenTtlSeconds;
  const now = deps.now();
  return session.expiresOn < addSeconds(now, ttlSeconds / 2) || isBeyond(session.expiresOn, now, ttlSeconds);
}

/**
 * Updates the state after an accepted call with a provider's token: saves a new address, and extends the session after
 * half of its lifetime. A refused call changes nothing (S-60). If the database fails, the next call retries.
 */
export async function updateProvidedSession(
  deps: Dependencies,
  { newAddress, isDue }: { readonly newAddress: NewAddress | null; readonly isDue: boolean },
  actor: { readonly userId: string; readonly email: string; readonly sessionId: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  if (newAddress !== null) await saveNewAddress(deps, newAddress, actor, origin);
  if (isDue) await extendProvidedSession(deps, { id: actor.sessionId, companyId: actor.companyId }, origin);
}

async function extendProvidedSession(
  deps: Dependencies,
  session: { readonly id: string; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  try {
    await deps.transact(async (tx) => {
      const { sessions } = tx.store;
      // One of several concurrent calls extends the session. An ended session does not change.
      await sessions.lockSession(session.id);
      const current = await sessions.findContext(session.id);
      if (!isLive(deps, current) || !isDue(deps, current)) return;
      const now = deps.now();
      const expiresOn = addSeconds(now, deps.settings.refreshTokenTtlSeconds);
      await sessions.extendSession(session.id, { expiresOn, lastUsedOn: now.toISOString() });
      const actor = actingFor(current.user, session.companyId);
      await recordCall(tx, { actor, origin }, { action: "session.refreshed" });
    });
  } catch (error) {
    // The session is still active and the call may be read-only, so it does not fail.
    deps.reportFailure("cannot extend a session of the identity provider", error);
  }
}

/** Returns the response for a provider session, or null if the server has not taken it over or does not accept it. */
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
  const { context, newAddress } = found;
  const { session, user, memberships } = context;
  const actor = { userId: user.id, email: user.email, sessionId: session.id, companyId: chosen.company.id };
  await updateProvidedSession(deps, { newAddress, isDue: isDue(deps, context) }, actor, origin);
  rememberToken(deps, user, tokens.accessToken, claims);
  return { ...tokens, sessionId: session.id, deviceToken: null, user, activeCompany: chosen.company, memberships };
}

/**
 * Exchanges a refresh token at the provider. A session that has ended here stays ended, and then ends at the provider
 * too. Refused tokens count as failed sign-ins of the address, so that forged tokens do not use up the provider's rate
 * limit.
 * @throws {AppError} UNAUTHORIZED, RATE_LIMITED; {IdentityProviderUnavailableError}.
 */
export async function refreshAtProvider(
  deps: Dependencies,
  provider: IdentityProvider,
  refreshToken: string,
  origin: Origin,
): Promise<IssuedSession> {
  const attempt = await beginAttempt(deps, { kind: "token", token: `refresh ${refreshToken}`, address: origin.ip }, {});
  const tokens = await awaitVerification(deps, attempt, provider.refresh(refreshToken));
  if (tokens === null) {
    deps.signInLimiter.recordFailure(attempt);
    throw new AppError("UNAUTHORIZED");
  }
  deps.signInLimiter.recordSuccess(attempt);
  const { accessToken } = tokens;
  const claims = await readIssuedToken(provider, accessToken);
  await openProvidedSession(deps, provider, { accessToken, claims }, origin);
  const issued = await presentProvided(deps, provider, claims, tokens, origin);
  if (issued !== null) return issued;
  await endAtProvider(deps, accessToken);
  throw new AppError("UNAUTHORIZED");
}
