import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { authenticateProvided } from "./provider-sessions.ts";
import { type AuthenticatedSession, chooseCompany, describeActor, isLive } from "./sessions.ts";

/**
 * Authenticates an access token of this server or of the identity provider. Checks the token and the store, so that
 * sign-out, disabling, role and plan changes apply with the next request (S-07).
 * @throws {AppError} UNAUTHORIZED
 */
export async function authenticateSession(
  deps: Dependencies,
  accessToken: string,
  origin: Origin,
): Promise<AuthenticatedSession> {
  const claims = await deps.accessTokens.verify(accessToken);
  if (claims === null) {
    const provided = await authenticateProvided(deps, accessToken, origin);
    if (provided === null) throw new AppError("UNAUTHORIZED");
    return provided;
  }
  const context = await deps.store.sessions.findContext(claims.sessionId);
  if (!isLive(deps, context) || context.session.userId !== claims.userId) throw new AppError("UNAUTHORIZED");
  // Use the company of the token, not of the session, so that two shells with one session do not affect each other.
  const company = chooseCompany(context.memberships, claims.companyId);
  if (company === null) throw new AppError("UNAUTHORIZED");
  return {
    actor: describeActor(context, company),
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
    endsOn: context.session.expiresOn,
    endsAtLatestOn: context.session.endsOn,
    provided: null,
  };
}
