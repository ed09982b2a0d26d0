import { AppError } from "../errors.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import type { Dependencies } from "./dependencies.ts";
import { refreshAtProvider } from "./provider-refresh.ts";
import { findRefreshToken } from "./refresh-token.ts";
import { chooseCompany, type IssuedSession, isLive } from "./sessions.ts";
import { addSeconds } from "./timestamp.ts";

/** How long a refresh token that was just used still answers with its successor: the answer may have been lost. */
const refreshReplaySeconds = 30;

/**
 * Exchanges a refresh token for new tokens, once. Using it again ends the whole session (RFC 9700, section 4.14.2),
 * except for a short while in which the successor has not been used either. A token that is none of ours is the identity
 * provider's to judge, where there is one.
 * @throws {AppError} UNAUTHORIZED for a token that is unknown, reused, or of an ended session; those of `refreshAtProvider`.
 */
export async function refreshSession(deps: Dependencies, refreshToken: string, origin: Origin): Promise<IssuedSession> {
  const outcome = await refreshOwn(deps, refreshToken, origin);
  if (outcome === "unknown" && deps.identityProvider !== null) {
    return refreshAtProvider(deps, deps.identityProvider, refreshToken, origin);
  }
  if (outcome === "unknown" || outcome === "ended") throw new AppError("UNAUTHORIZED");
  return outcome;
}

function refreshOwn(
  deps: Dependencies,
  refreshToken: string,
  origin: Origin,
): Promise<IssuedSession | "unknown" | "ended"> {
  return deps.store.transact(async (repositories) => {
    const { sessions } = repositories;
    const found = await findRefreshToken(deps, sessions, refreshToken);
    if (found === null) return "unknown";
    const { digest, successor } = found;
    // Of two that refresh at once the second must see what the first did, and a switch of companies must see both.
    await sessions.lockSession(found.stored.sessionId);
    const token = await sessions.findRefreshToken(digest);
    if (token === null) return "ended";
    const context = await sessions.findContext(token.sessionId);
    const now = deps.now();
    if (!isLive(deps, context)) return "ended";
    const company = chooseCompany(context.memberships, context.session.companyId);
    if (company === null) return "ended";

    if (await sessions.useRefreshToken(digest, now.toISOString())) {
      await sessions.insertRefreshToken({
        digest: successor.digest,
        sessionId: token.sessionId,
        createdOn: now.toISOString(),
      });
      await sessions.extendSession(token.sessionId, addSeconds(now, deps.settings.refreshTokenTtlSeconds));
      await recordAudit(deps, repositories, {
        action: "session.refreshed",
        companyId: company.id,
        actor: { userId: context.user.id, email: context.user.email },
        origin,
      });
    } else {
      const next = await sessions.findRefreshToken(successor.digest);
      const isLostAnswer =
        next !== null && next.usedOn === null && (token.usedOn ?? "") > addSeconds(now, -refreshReplaySeconds);
      if (!isLostAnswer) {
        await sessions.revokeSession(token.sessionId, now.toISOString());
        await recordAudit(deps, repositories, {
          action: "session.revoked",
          companyId: company.id,
          actor: { userId: context.user.id, email: context.user.email },
          origin,
          details: { reason: "refresh token used twice" },
        });
        return "ended";
      }
    }
    const accessToken = await deps.accessTokens.sign({
      userId: context.user.id,
      sessionId: token.sessionId,
      companyId: company.id,
    });
    return {
      accessToken,
      refreshToken: successor.text,
      expiresInSeconds: deps.settings.accessTokenTtlSeconds,
      user: context.user,
      activeCompany: company,
      memberships: context.memberships,
    };
  });
}
