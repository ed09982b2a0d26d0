import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { keptSeconds } from "../keys/idempotency.ts";
import { addSeconds, clockLeewaySeconds } from "../timestamp.ts";
import type { RetentionCounts } from "./retention.ts";

/** The server's own timer, and no call. */
const schedule: Origin = { ip: null, requestId: null };
const daySeconds = 24 * 60 * 60;
/** So that somebody who looks into an incident still finds them. */
const sessionsKeptSeconds = 90 * daySeconds;
/** Far longer than Stripe goes on sending one, or lets anybody send it again. */
const billingEventsKeptSeconds = 90 * daySeconds;
/** What one run does at most of each kind; the rest waits for the next. */
const rowsPerRun = 500;

/**
 * Removes what has had its time: sealed answers after a day, secrets past their deadline, used refresh tokens, ended
 * sessions, expired device tokens, spent sign-ins of browsers, and the ids of billing events. Bounded, and each removal guarded, so several nodes may do it at once. Nothing depends on it in time: what has
 * expired counts no more, removed or not.
 */
export async function removeExpired(deps: Dependencies, origin: Origin = schedule): Promise<RetentionCounts> {
  const { store, settings } = deps;
  const now = deps.now();
  const nowText = now.toISOString();
  const tokensBefore = addSeconds(now, -(settings.refreshTokenTtlSeconds + daySeconds));
  const sessionsBefore = addSeconds(now, -sessionsKeptSeconds);
  const billingEventsBefore = addSeconds(now, -billingEventsKeptSeconds);
  // Kept while the clock was ahead, answers would be given for longer than a day.
  await store.transact(({ idempotency }) => idempotency.limitExpiry(addSeconds(now, keptSeconds + clockLeewaySeconds)));
  return {
    idempotency_record: await store.transact(({ idempotency }) => idempotency.deleteExpired(nowText, rowsPerRun)),
    secret: await removeEndedSecrets(deps, nowText, origin),
    refresh_token: await store.transact(({ sessions }) => sessions.deleteUsedRefreshTokens(tokensBefore, rowsPerRun)),
    session: await store.transact(({ sessions }) => sessions.deleteEndedSessions(sessionsBefore, rowsPerRun)),
    device_token: await store.transact(({ deviceTokens }) => deviceTokens.deleteExpired(nowText, rowsPerRun)),
    spent_sign_in: await store.transact(({ identities }) => identities.deleteSpentSignIns(nowText, rowsPerRun)),
    billing_event: await store.transact(({ billing }) => billing.deleteEvents(billingEventsBefore, rowsPerRun)),
  };
}

async function removeEndedSecrets(deps: Dependencies, now: string, origin: Origin): Promise<number> {
  let removed = 0;
  for (const { secret, companyId } of await deps.store.secrets.listEnded(now, rowsPerRun)) {
    removed += await deps.store.transact(async (repositories) => {
      const { keys, secrets } = repositories;
      await keys.lockKey(companyId, secret.keyId);
      const key = await keys.find(companyId, secret.keyId);
      if (key === null || !(await secrets.deleteEnded(secret.id, now))) return 0;
      if (key.lease?.holder === secret.id) await keys.setLease(key.id, null);
      await recordAudit(deps, repositories, {
        action: "key.secret_expired",
        companyId,
        actor: null,
        origin,
        key,
        details: { secretId: secret.id, state: secret.state },
      });
      return 1;
    });
  }
  return removed;
}
