import type { ApiKey, AuditEvent, BrikSync, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";

/** A secret of the drain report. `checkedOn` says when the run that delivered it checked it with the server, where that is its only use. */
export interface ReportedSecret extends LiveSecret {
  readonly checkedOn?: string;
}

/** How long after a rotation began its run may check the secret. Deliveries come first, and each may take minutes. */
const checkWithinMs = 30 * 60_000;

/** The first and the last use of a secret that was used once are the same moment, told with different accuracy. */
const sameUseMs = 6000;

/**
 * Returns the secrets with the run's own check taken out of their uses. A run that delivers a secret asks the server whether it accepts it, and
 * the server counts that as a use like any other: nobody may use a secret uncounted. In the report it would look as if a destination had picked
 * the secret up. A pending secret that a run delivered and that was used a single time, soon after and from the address that began its
 * rotation, counts as unused here. A destination behind the same address counts from its second use.
 */
export async function takeOutOwnChecks(
  { signal }: Pick<Context, "signal">,
  client: Pick<BrikSync, "audit">,
  key: Pick<ApiKey, "id">,
  secrets: readonly LiveSecret[],
): Promise<readonly ReportedSecret[]> {
  const isAsked = secrets.some((secret) => wasUsedOnce(secret));
  const begun = isAsked ? await findBeginnings(client, key, signal) : new Map<string, AuditEvent>();
  return secrets.map((secret) => {
    const beginning = begun.get(secret.id);
    const isCheck = beginning !== undefined && wasUsedOnce(secret) && isOwnUse(secret, beginning);
    if (!isCheck || secret.lastUsedAt === null) return secret;
    return { ...secret, lastUsedAt: null, lastUsedIp: null, checkedOn: secret.lastUsedAt };
  });
}

// A secret that a run holds out for its destinations has no deadline any more; one that was shown to a person has.
function wasUsedOnce({ state, expiresOn, firstUsedOn, lastUsedAt }: LiveSecret): boolean {
  if (state !== "pending" || expiresOn !== null || firstUsedOn === null || lastUsedAt === null) return false;
  return Math.abs(Date.parse(lastUsedAt) - Date.parse(firstUsedOn)) <= sameUseMs;
}

function isOwnUse({ lastUsedAt, lastUsedIp }: LiveSecret, { createdOn, ip }: AuditEvent): boolean {
  const afterMs = Date.parse(lastUsedAt ?? "") - Date.parse(createdOn);
  return ip !== null && ip === lastUsedIp && afterMs >= 0 && afterMs <= checkWithinMs;
}

// The audit trail says from where each rotation was begun. A server or role without it only means that nothing is taken out.
async function findBeginnings(
  client: Pick<BrikSync, "audit">,
  key: Pick<ApiKey, "id">,
  signal: AbortSignal,
): Promise<Map<string, AuditEvent>> {
  const found = new Map<string, AuditEvent>();
  try {
    const events = client.audit.list({ keyId: key.id, action: "key.rotation_started", pageSize: 20 }, { signal });
    for await (const event of events) {
      const { rotationId } = event.details;
      if (typeof rotationId === "string") found.set(rotationId, event);
      // At most three rotations are pending at a time.
      if (found.size >= 20) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  return found;
}
