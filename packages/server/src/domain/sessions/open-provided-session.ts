import type { UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { IdentityProvider, ProviderClaims } from "../identity/identity-provider.ts";
import { linkIdentity, vouchForUser } from "../identity/link-identity.ts";
import type { OpenedSession } from "../identity/opened-session.ts";
import { chooseCompany, insertSession } from "./sessions.ts";

/** A session of the provider, and the company to act for, if one was asked for. */
interface ProvidedSession {
  readonly accessToken: string;
  readonly claims: ProviderClaims;
  readonly companyId?: string | undefined;
}

/**
 * Takes over a session that is seen for the first time: the provider is asked whether it still stands and whose it is, and
 * from then on it is a session like ours, which ends here when it is signed out here. Many calls may come at once with a new
 * token; one of them does it.
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
  const vouched = await vouchForUser(deps, provider, claims, accessToken);
  if (typeof vouched === "string") return vouched;
  const { user, needsSecondFactor } = vouched;
  try {
    return await deps.store.transact(async (repositories): Promise<OpenedSession> => {
      const { identities } = repositories;
      const memberships = await linkIdentity(deps, repositories, provider, claims, user, origin);
      const company = memberships === null ? null : chooseCompany(memberships, companyId);
      // Thrown, so that a refused sign-in leaves no identity linked.
      if (company === null) throw new RefusedError(memberships === null ? "not-invited" : "not-a-member");
      const own = { userId: user.id, companyId: company.id, ttlSeconds: deps.settings.refreshTokenTtlSeconds };
      const sessionId = await insertSession(deps, repositories, own);
      const { subject, sessionId: externalId } = claims;
      const external = { provider: provider.name, externalId, subject, needsSecondFactor, sessionId };
      if (!(await identities.insertExternalSession(external))) throw new OpenedElsewhereError();
      await recordSignIn(deps, repositories, { provider, user, companyId: company.id }, origin);
      return "opened";
    });
  } catch (error) {
    if (error instanceof OpenedElsewhereError) return "opened";
    if (error instanceof RefusedError) return error.outcome;
    throw error;
  }
}

/** Another process took the session over in the same moment: what this one began is rolled back. */
class OpenedElsewhereError extends Error {}

/** The session may not be opened: what was begun is rolled back. */
class RefusedError extends Error {
  readonly outcome: OpenedSession;

  constructor(outcome: OpenedSession) {
    super(outcome);
    this.outcome = outcome;
  }
}

/** The audit row of a sign-in that a provider vouched for. */
export async function recordSignIn(
  deps: Dependencies,
  repositories: Repositories,
  signIn: { readonly provider: IdentityProvider; readonly user: UserRecord; readonly companyId: string },
  origin: Origin,
): Promise<void> {
  await recordAudit(deps, repositories, {
    action: "session.signed_in",
    companyId: signIn.companyId,
    actor: { userId: signIn.user.id, email: signIn.user.email },
    origin,
    details: { provider: signIn.provider.name },
  });
}
