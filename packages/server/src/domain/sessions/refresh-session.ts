import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import { actingFor, recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { LimitedActor } from "../limits/management-limiter.ts";
import { findTurnHolder } from "../network/client-networks.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import { limitEnd } from "./insert-session.ts";
import { refreshAtProvider } from "./provider-sessions.ts";
import { findRefreshToken } from "./refresh-token.ts";
import { chooseCompany, type IssuedSession, isLive } from "./sessions.ts";

/** How long a used refresh token still returns its successor, because the response may have been lost. */
const refreshReplaySeconds = 30;

/**
 * Exchanges a refresh token for new tokens, once. Reuse ends the session (RFC 9700, section 4.14.2), except for a short
 * time in which the successor is unused. Unknown tokens are passed to the identity provider, if any. `admit` is called
 * once the session is known, and throws to refuse the call.
 * @throws {AppError} UNAUTHORIZED if the token is unknown or reused, or its session has ended. UNAVAILABLE if too many
 * refreshes of the client's network are waiting. Also the errors of `refreshAtProvider`.
 */
export async function refreshSession(
  deps: Dependencies,
  refreshToken: string,
  origin: Origin,
  admit: (session: LimitedActor) => void,
): Promise<IssuedSession> {
  await takeRefreshTurn(deps, origin);
  const outcome = await refreshOwn(deps, refreshToken, origin, admit);
  if (outcome === "unknown" && deps.identityProvider !== null) {
    return refreshAtProvider(deps, deps.identityProvider, refreshToken, origin);
  }
  if (outcome === "unknown" || outcome === "ended") throw new AppError("UNAUTHORIZED");
  return outcome;
}

/**
 * Waits for a turn of the calls that need no session, so that made-up tokens and cookies do not slow down verify.
 * @throws {AppError} UNAVAILABLE if too many calls of the client's network are waiting.
 */
export async function takeRefreshTurn(deps: Dependencies, origin: Origin): Promise<void> {
  const isTurn = await deps.refreshTurns.next(findTurnHolder(origin.ip));
  if (!isTurn) throw new AppError("UNAVAILABLE", { retryAfterSeconds: 1 });
}

async function refreshOwn(
  deps: Dependencies,
  refreshToken: string,
  origin: Origin,
  admit: (session: LimitedActor) => void,
): Promise<IssuedSession | "unknown" | "ended"> {
  // Forged tokens must not take the write lock, which all changes wait for (S-63).
  const found = await findRefreshToken(deps, refreshToken);
  if (found === null) return "unknown";
  const { digest, successor } = found;
  const live = await deps.store.sessions.findContext(found.stored.sessionId);
  if (!isLive(deps, live)) return "ended";
  admit({ sessionId: live.session.id, companyId: live.session.companyId });
  return deps.transact(async (tx) => {
    const { sessions } = tx.store;
    // Lock the session, so that concurrent refreshes and a switch of companies see each other.
    await sessions.lockSession(found.stored.sessionId);
    const token = await sessions.findRefreshToken(digest);
    if (token === null) return "ended";
    const context = await sessions.findContext(token.sessionId);
    const now = deps.now();
    if (!isLive(deps, context)) return "ended";
    const company = chooseCompany(context.memberships, context.session.companyId);
    if (company === null) return "ended";

    const actor = actingFor(context.user, company.id);
    if (await sessions.useRefreshToken(digest, now.toISOString())) {
      await sessions.insertRefreshToken({
        digest: successor.digest,
        sessionId: token.sessionId,
        createdOn: now.toISOString(),
      });
      const expiresOn = limitEnd(addSeconds(now, deps.settings.refreshTokenTtlSeconds), context.session.endsOn);
      await sessions.extendSession(token.sessionId, { expiresOn, lastUsedOn: now.toISOString() });
      await recordCall(tx, { actor, origin }, { action: "session.refreshed" });
    } else {
      const next = await sessions.findRefreshToken(successor.digest);
      const usedOn = token.usedOn ?? "";
      const isRecent = usedOn > addSeconds(now, -refreshReplaySeconds) && !isBeyond(usedOn, now);
      const isResponseLost = next !== null && next.usedOn === null && isRecent;
      if (!isResponseLost) {
        await sessions.revokeSession(token.sessionId, now.toISOString());
        const details = { reason: "refresh token used twice" };
        await recordCall(tx, { actor, origin }, { action: "session.revoked", details });
        return "ended";
      }
    }
    const accessToken = await deps.accessTokens.sign({
      userId: context.user.id,
      sessionId: token.sessionId,
      companyId: company.id,
    });
    return {
      sessionId: token.sessionId,
      accessToken,
      refreshToken: successor.text,
      deviceToken: null,
      expiresInSeconds: deps.settings.accessTokenTtlSeconds,
      user: context.user,
      activeCompany: company,
      memberships: context.memberships,
    };
  });
}
