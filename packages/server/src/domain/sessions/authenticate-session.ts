import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { authenticateProvided } from "./provider-sessions.ts";
import { type AuthenticatedSession, chooseCompany, describeActor, isLive } from "./sessions.ts";

/**
 * Decides whether an access token, ours or the identity provider's, may act now. Token and store both have a say: sign-out,
 * disabling, privilege and plan hold from the next request (S-07).
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
  // The token's company, not the session's: two shells on one session never act for each other's company.
  const company = chooseCompany(context.memberships, claims.companyId);
  if (company === null) throw new AppError("UNAUTHORIZED");
  return {
    actor: describeActor(context, company),
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
    provided: null,
  };
}
