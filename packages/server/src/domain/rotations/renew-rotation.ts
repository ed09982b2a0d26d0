import { notFound } from "../../errors.ts";
import type { LeaseRecord, SecretRecord } from "../../store/records.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { lockActiveKey } from "../keys/lock-active-key.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import {
  findHolder,
  isAhead,
  type LeaseClock,
  readLeaseClock,
  refuseForHolder,
  requireOwnRotation,
} from "./rotation-lease.ts";
import { hasEnded } from "./secret-lifetime.ts";

/** A renewed lease. */
export interface RenewedLease {
  readonly id: string;
  /** Identifies the lease. Every renewal of a key has a different value. */
  readonly leaseExpiresOn: string;
  /** Remaining duration in seconds, for clients with another clock. */
  readonly leaseSeconds: number;
  /** Whether another rotation held the lease in between and may have delivered. Then deliver again. */
  readonly wasTakenOver: boolean;
}

/**
 * Gives a pending rotation the lease for its full duration, unless another rotation holds it. The holder may deliver
 * the secret, so the secret no longer expires. Pass `leaseExpiresOn` to continue your own lease. Without it, the server
 * assumes that an earlier process of the rotation may still deliver.
 * @throws {AppError} NOT_FOUND if the rotation is finished or does not exist. KEY_REVOKED, ROTATION_IN_PROGRESS.
 */
export async function renewRotation(
  deps: Dependencies,
  call: Call,
  keyId: string,
  rotationId: string,
  input: { readonly leaseExpiresOn?: string },
): Promise<RenewedLease> {
  may(call.actor, "renewRotation", keyId);
  return deps.transact(async (tx) => {
    const { keys, secrets } = tx.store;
    const clock = readLeaseClock(deps);
    const key = await lockActiveKey(tx, call, keyId);
    const live = await secrets.list(keyId);
    const rotation = live.find(({ id }) => id === rotationId);
    if (rotation?.state !== "pending" || hasEnded(rotation, clock.now.toISOString())) throw notFound();
    requireOwnRotation(call.actor, rotation);
    const holder = findHolder(key, live, clock);
    const wasTakenOver = holder !== null && holder.rotation.id !== rotationId;
    if (wasTakenOver && isAhead(holder.lease.expiresOn, clock))
      throw refuseForHolder(holder.lease, holder.rotation, clock);
    const lease = {
      holder: rotationId,
      expiresOn: nextExpiry(key.lease, clock),
      sharedUntil: wasTakenOver ? null : findSharedUntil(key.lease, rotation, input.leaseExpiresOn, clock),
    };
    await keys.setLease(key.id, lease);
    await secrets.handOut(key.id, rotationId);
    await recordCall(tx, call, {
      action: "key.rotation_renewed",
      key,
      details: {
        rotationId,
        leaseExpiresOn: lease.expiresOn,
        ...(wasTakenOver ? { overtook: holder.rotation.id } : {}),
      },
    });
    return {
      id: rotationId,
      leaseExpiresOn: lease.expiresOn,
      leaseSeconds: clock.leaseSeconds,
      wasTakenOver,
    };
  });
}

/**
 * Returns an expiry that is at least a millisecond later than the previous one, because the time identifies the lease.
 * Ignores a previous expiry that cannot be correct.
 */
function nextExpiry(before: LeaseRecord | null, { now, leaseSeconds }: LeaseClock): string {
  const expiresOn = addSeconds(now, leaseSeconds);
  if (before === null || before.expiresOn < expiresOn || isBeyond(before.expiresOn, now, leaseSeconds))
    return expiresOn;
  return new Date(Date.parse(before.expiresOn) + 1).toISOString();
}

/**
 * Returns the time until which another process of this rotation may still deliver, or null if there is none. Before its
 * first renewal, a rotation has no other process.
 */
function findSharedUntil(
  before: LeaseRecord | null,
  rotation: SecretRecord,
  continued: string | undefined,
  clock: LeaseClock,
): string | null {
  if (before?.holder !== rotation.id || rotation.expiresOn !== null) return null;
  const until = continued === before.expiresOn ? before.sharedUntil : before.expiresOn;
  return until !== null && isAhead(until, clock) ? until : null;
}
