import { notFound } from "../../errors.ts";
import type { KeyRecord, LeaseRecord, SecretRecord } from "../../store/records.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { lockActiveKey, readKey } from "../keys/lock-active-key.ts";
import {
  findHolder,
  isAhead,
  type LeaseClock,
  readLeaseClock,
  refuseForHolder,
  requireOwnRotation,
} from "./rotation-lease.ts";
import { computeRetirement, hasEnded, refuseTooManyRetiring } from "./secret-lifetime.ts";

/**
 * Finishes a rotation: its secret becomes the current one. All other secrets end immediately or after the grace period.
 *
 * Throws ROTATION_IN_PROGRESS in two cases, unless `takeOver` is set:
 * - Another rotation holds or last held the lease. Its secret may be the one that was delivered last.
 * - The caller passes `leaseExpiresOn`, and that lease was renewed or lost.
 *
 * Safe to repeat. A repeated call can shorten the grace period, but does not affect rotations that started later.
 *
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS, TOO_MANY_ROTATIONS.
 */
export async function finishRotation(
  deps: Dependencies,
  call: Call,
  keyId: string,
  rotationId: string,
  input: { readonly graceSeconds?: number; readonly leaseExpiresOn?: string; readonly takeOver?: boolean },
): Promise<KeyRecord> {
  may(call.actor, "finishRotation", keyId);
  return deps.transact(async (tx) => {
    const { keys, secrets } = tx.store;
    const clock = readLeaseClock(deps);
    const { now } = clock;
    const key = await lockActiveKey(tx, call, keyId);
    const live = await secrets.list(keyId);
    const rotation = findRotation(live, rotationId, now.toISOString());
    requireOwnRotation(call.actor, rotation, input);
    const retiresOn = computeRetirement(now, input.graceSeconds);
    if (rotation.state === "current") {
      if ((await secrets.shortenRetiring(key.id, retiresOn)) === 0) return key;
    } else {
      if (input.takeOver !== true) {
        requireLease(key, live, rotation, input.leaseExpiresOn, clock);
      }
      if (retiresOn === null) await secrets.endOthers(key.id, rotationId);
      else {
        refuseTooManyRetiring(live, now.toISOString());
        await secrets.retireOthers(key.id, rotationId, retiresOn, now.toISOString());
      }
      await secrets.promote(key.id, rotationId);
      await keys.setLease(key.id, keepForOthers(key.lease, rotationId, clock));
      await keys.updateKey(key.id, { rotatedOn: now.toISOString() });
    }
    await recordCall(tx, call, {
      action: "key.rotation_finished",
      key,
      details: { rotationId, ...(retiresOn === null ? {} : { oldSecretRetiresOn: retiresOn }) },
    });
    return readKey(tx, call, keyId);
  });
}

/** Returns the current or pending secret of a rotation. Throws NOT_FOUND if it has ended or is retiring. */
function findRotation(secrets: readonly SecretRecord[], rotationId: string, now: string): SecretRecord {
  const found = secrets.find(({ id }) => id === rotationId);
  if (found === undefined || found.state === "retiring" || hasEnded(found, now)) throw notFound();
  return found;
}

/** Throws ROTATION_IN_PROGRESS unless the rotation holds the lease that the caller passed. */
function requireLease(
  key: KeyRecord,
  secrets: readonly SecretRecord[],
  rotation: SecretRecord,
  leaseExpiresOn: string | undefined,
  clock: LeaseClock,
): void {
  const holder = findHolder(key, secrets, clock);
  if (holder !== null && holder.rotation.id !== rotation.id) {
    throw refuseForHolder(holder.lease, holder.rotation, clock);
  }
  if (leaseExpiresOn === undefined || leaseExpiresOn === holder?.lease.expiresOn) return;
  const lease = holder?.lease ?? { holder: rotation.id, expiresOn: clock.now.toISOString(), sharedUntil: null };
  throw refuseForHolder(lease, rotation, clock);
}

/** Returns the remaining lease. Another process of this rotation may still deliver until then. */
function keepForOthers(lease: LeaseRecord | null, rotationId: string, clock: LeaseClock): LeaseRecord | null {
  const sharedUntil = lease?.holder === rotationId ? lease.sharedUntil : null;
  if (sharedUntil === null || !isAhead(sharedUntil, clock)) return null;
  return { holder: rotationId, expiresOn: sharedUntil, sharedUntil: null };
}
