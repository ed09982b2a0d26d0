import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims } from "../identity/identity-provider.ts";
import { confirmUser, linkIdentity } from "../identity/link-identity.ts";
import type { OpenedSession } from "../identity/refused-sessions.ts";
import { insertSession } from "./insert-session.ts";
import { chooseCompany } from "./sessions.ts";

/** A provider session and the requested company, if any. */
interface ProvidedSession {
  readonly accessToken: string;
  readonly claims: ProviderClaims;
  readonly companyId?: string | undefined;
}

/**
 * Takes over a provider session at its first use. Asks the provider whether it is active and who its user is. After
 * that, it is treated like a session of this server. Concurrent calls with a new token share one takeover.
 */
export function openProvidedSession(
  deps: Dependencies,
  provider: IdentityProvider,
  session: ProvidedSession,
  origin: Origin,
): Promise<OpenedSession> {
  const { sessionId, isSecondFactorShown } = session.claims;
  const key = `${sessionId} ${isSecondFactorShown} ${session.companyId ?? ""}`;
  const running = deps.openingSessions.get(key);
  if (running !== undefined) return running;
  const opening = open(deps, provider, session, origin).finally(() => deps.openingSessions.delete(key));
  deps.openingSessions.set(key, opening);
  return opening;
}

async function open(
  deps: Dependencies,
  provider: IdentityProvider,
  { accessToken, claims, companyId }: ProvidedSession,
  origin: Origin,
): Promise<OpenedSession> {
  // This look-up must be part of the shared takeover. Otherwise, a call could find no session just before the takeover
  // ends, and then start another takeover.
  if ((await deps.store.identities.findExternalSession(provider.name, claims.sessionId)) !== null) return "opened";
  const confirmed = await confirmUser(deps, provider, claims, accessToken);
  if (typeof confirmed === "string") return confirmed;
  const { user, needsSecondFactor } = confirmed;
  try {
    return await deps.transact(async (tx): Promise<OpenedSession> => {
      const { identities } = tx.store;
      const memberships = await linkIdentity(tx, provider, claims, confirmed, origin);
      const company = memberships === null ? null : chooseCompany(memberships, companyId);
      // Throws, so that a refused sign-in links no identity.
      if (company === null) throw new RefusedError(memberships === null ? "not-invited" : "not-a-member");
      const { ip, userAgent } = origin;
      const sessionId = await insertSession(tx, {
        userId: user.id,
        companyId: company.id,
        ttlSeconds: deps.settings.refreshTokenTtlSeconds,
        opening: { openedWith: "provider", ip, userAgent },
      });
      const { subject, sessionId: externalId } = claims;
      const external = { provider: provider.name, externalId, subject, needsSecondFactor, sessionId };
      if (!(await identities.insertExternalSession(external))) throw new OpenedElsewhereError();
      const details = { provider: provider.name };
      await recordCall(tx, { actor: actingFor(user, company.id), origin }, { action: "session.signed_in", details });
      return "opened";
    });
  } catch (error) {
    if (error instanceof OpenedElsewhereError) return "opened";
    if (error instanceof RefusedError) return error.outcome;
    throw error;
  }
}

/** Another process took over the session at the same time. This transaction is rolled back. */
class OpenedElsewhereError extends Error {}

/** The session must not be opened. The transaction is rolled back. */
class RefusedError extends Error {
  readonly outcome: OpenedSession;

  constructor(outcome: OpenedSession) {
    super(outcome);
    this.outcome = outcome;
  }
}
