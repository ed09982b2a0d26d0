import type { ApiKey, AuditEvent, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";

/**
 * A secret in the report. If its only use is the check of the run that delivered it, `checkedOn` is the time of that
 * check.
 */
export interface ReportedSecret extends LiveSecret {
  readonly checkedOn?: string;
}

/** Time in which a run may check its secret. Deliveries come first, and each may take minutes. */
const checkWithinMs = 30 * 60_000;

/** The first and last use of a secret that was used once are the same event, recorded with different precision. */
const sameUseMs = 6000;

/**
 * Returns the secrets of a key that work, without the run's own checks. A run that delivers a secret asks the server whether it accepts the
 * secret, and the server counts that as a use. In the report, it would look as if a destination used the secret. So a
 * delivered pending secret counts as unused if it was used once, soon after its rotation started, and from the address
 * that started it. A destination behind the same address counts from its second use.
 */
export async function listReportedSecrets(context: Context, { id }: ApiKey): Promise<readonly ReportedSecret[]> {
  const { keys } = await context.client();
  const secrets = await keys.rotations.list(id, { signal: context.signal });
  const isAsked = secrets.some((secret) => wasUsedOnce(secret));
  const begun = isAsked ? await findBeginnings(context, id) : new Map<string, AuditEvent>();
  return secrets.map((secret) => {
    const beginning = begun.get(secret.id);
    const isCheck = beginning !== undefined && wasUsedOnce(secret) && isOwnUse(secret, beginning);
    if (!isCheck || secret.lastUsedAt === null) return secret;
    return { ...secret, lastUsedAt: null, lastUsedIp: null, checkedOn: secret.lastUsedAt };
  });
}

// A secret that was delivered to destinations no longer expires. One that was shown to a user does.
function wasUsedOnce({ state, expiresOn, firstUsedOn, lastUsedAt }: LiveSecret): boolean {
  if (state !== "pending" || expiresOn !== null || firstUsedOn === null || lastUsedAt === null) return false;
  return Math.abs(Date.parse(lastUsedAt) - Date.parse(firstUsedOn)) <= sameUseMs;
}

function isOwnUse({ lastUsedAt, lastUsedIp }: LiveSecret, { createdOn, ip }: AuditEvent): boolean {
  const afterMs = Date.parse(lastUsedAt ?? "") - Date.parse(createdOn);
  return ip !== null && ip === lastUsedIp && afterMs >= 0 && afterMs <= checkWithinMs;
}

// The audit trail contains the address that started each rotation. Without access to it, all uses are reported.
async function findBeginnings({ client, signal }: Context, keyId: string): Promise<Map<string, AuditEvent>> {
  const found = new Map<string, AuditEvent>();
  try {
    const { audit } = await client();
    const events = audit.list({ keyId, action: "key.rotation_started", pageSize: 20 }, { signal });
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
