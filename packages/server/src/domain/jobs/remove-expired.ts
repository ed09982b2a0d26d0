import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { keptSeconds } from "../keys/idempotency.ts";
import { removeAbandoned } from "../sign-in/waiting-sign-in.ts";
import { addSeconds, clockLeewaySeconds } from "../timestamp.ts";
import type { RetentionCounts } from "./retention-runs.ts";

/** The origin of the server's own timer. */
const schedule: Origin = { ip: null, requestId: null };
const daySeconds = 24 * 60 * 60;
/** How long ended sessions are kept, for the investigation of incidents. */
const sessionsKeptSeconds = 90 * daySeconds;
/** How long IDs of billing events are kept. Stripe resends an event for a far shorter time. */
const billingEventsKeptSeconds = 90 * daySeconds;
/** How long logs of trusts and ended automation tokens are kept, also for the investigation of incidents. */
const grantsKeptSeconds = 90 * daySeconds;
/** Maximum number of rows per kind and run. The next run removes the rest. */
const rowsPerRun = 500;

/**
 * Removes expired secrets, used refresh tokens, ended sessions and expired device tokens. Removes sealed responses
 * after a day, and old IDs of billing events. Removes expired sign-ins of devices, and browser sign-ins that were
 * abandoned or spent. Removes expired tokens of runs, spent assertions, old logs of trusts, and ended automation
 * tokens.
 *
 * Each run is limited and each removal is guarded, so several nodes can run it at the same time. Correctness does not
 * depend on it, because expired data is never used.
 */
export async function removeExpired(deps: Dependencies, origin: Origin = schedule): Promise<RetentionCounts> {
  const { store, settings } = deps;
  const now = deps.now();
  const nowText = now.toISOString();
  const tokensBefore = addSeconds(now, -(settings.refreshTokenTtlSeconds + daySeconds));
  const sessionsBefore = addSeconds(now, -sessionsKeptSeconds);
  const billingEventsBefore = addSeconds(now, -billingEventsKeptSeconds);
  const grantsBefore = addSeconds(now, -grantsKeptSeconds);
  // Responses stored while the clock was ahead would otherwise be replayed for more than a day.
  await store.transact(({ idempotency }) => idempotency.limitExpiry(addSeconds(now, keptSeconds + clockLeewaySeconds)));
  return {
    idempotency_record: await store.transact(({ idempotency }) => idempotency.deleteExpired(nowText, rowsPerRun)),
    secret: await removeEndedSecrets(deps, nowText, origin),
    refresh_token: await store.transact(({ sessions }) => sessions.deleteUsedRefreshTokens(tokensBefore, rowsPerRun)),
    session: await store.transact(({ sessions }) => sessions.deleteEndedSessions(sessionsBefore, rowsPerRun)),
    device_token: await store.transact(({ deviceTokens }) => deviceTokens.deleteExpired(nowText, rowsPerRun)),
    device_sign_in: await store.transact(({ deviceSignIns }) => deviceSignIns.deleteExpired(nowText, rowsPerRun)),
    second_factor_sign_in: await removeAbandoned(deps),
    spent_sign_in: await store.transact(({ identities }) => identities.deleteSpentSignIns(nowText, rowsPerRun)),
    automation_token: await store.transact(({ automationTokens }) =>
      automationTokens.deleteEnded(grantsBefore, rowsPerRun),
    ),
    run_token: await store.transact(({ runTokens }) => runTokens.deleteExpired(nowText, rowsPerRun)),
    spent_assertion: await store.transact(({ runTokens }) => runTokens.deleteSpent(nowText, rowsPerRun)),
    trust_event: await store.transact(({ trusts }) => trusts.deleteEvents(grantsBefore, rowsPerRun)),
    billing_event: await store.transact(({ billing }) => billing.deleteEvents(billingEventsBefore, rowsPerRun)),
  };
}

async function removeEndedSecrets(deps: Dependencies, now: string, origin: Origin): Promise<number> {
  let removed = 0;
  for (const { secret, companyId } of await deps.store.secrets.listEnded(now, rowsPerRun)) {
    removed += await deps.transact(async (tx) => {
      const { keys, secrets } = tx.store;
      const keyId = await keys.lockKey(companyId, secret.keyId);
      const key = await keys.find(companyId, secret.keyId);
      if (keyId === null || key === null || !(await secrets.deleteEnded(keyId, secret.id, now))) return 0;
      if (key.lease?.holder === secret.id) await keys.setLease(keyId, null);
      await recordAudit(tx, {
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
