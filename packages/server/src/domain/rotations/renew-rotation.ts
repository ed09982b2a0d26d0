import { notFound } from "../../errors.ts";
import type { LeaseRecord, SecretRecord } from "../../store/records.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { lockActiveKey } from "../keys/lock-active-key.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";
import { findHolder, isAhead, isRunning, refuseForHolder } from "./rotation-lease.ts";
import { hasEnded } from "./secret-lifetime.ts";

/** A lease that a rotation has from now on. */
export interface RenewedLease {
  readonly id: string;
  /** Names the lease; different from that of every other renewal of the key. */
  readonly leaseExpiresOn: string;
  /** Its length from now, for clients whose clock is another one. */
  readonly leaseSeconds: number;
  /** Another rotation had the lease meanwhile and may have delivered: what this one delivered before counts no more. */
  readonly wasTakenOver: boolean;
}

/**
 * Gives the lease to a pending rotation for its full length from now, where no other one holds it, and with it the right to
 * deliver: from then on the secret does not end by itself, used or not, since somebody may have it. A process that goes on
 * names the lease it has; any other renewal leaves open whether the one before still delivers.
 * @throws {AppError} NOT_FOUND for a rotation that is finished or gone, KEY_REVOKED, ROTATION_IN_PROGRESS.
 */
export async function renewRotation(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  rotationId: string,
  input: { readonly leaseExpiresOn?: string },
  origin: Origin,
): Promise<RenewedLease> {
  return deps.store.transact(async (repositories) => {
    const { keys, secrets } = repositories;
    const now = deps.now();
    const key = await lockActiveKey(repositories, actor.companyId, keyId);
    const live = await secrets.list(keyId);
    const rotation = live.find(({ id }) => id === rotationId);
    if (rotation?.state !== "pending" || hasEnded(rotation, now.toISOString())) throw notFound();
    const { rotationLeaseSeconds: leaseSeconds } = deps.settings;
    const holder = findHolder(key, live, now, leaseSeconds);
    const wasTakenOver = holder !== null && holder.rotation.id !== rotationId;
    if (wasTakenOver && isRunning(holder.lease, now, leaseSeconds))
      throw refuseForHolder(holder.lease, holder.rotation, now, leaseSeconds);
    const lease = {
      holder: rotationId,
      expiresOn: nextExpiry(key.lease, now, leaseSeconds),
      sharedUntil: wasTakenOver ? null : findSharedUntil(key.lease, rotation, input.leaseExpiresOn, now, leaseSeconds),
    };
    await keys.setLease(keyId, lease);
    await secrets.handOut(rotationId);
    await recordAudit(deps, repositories, {
      action: "key.rotation_renewed",
      companyId: actor.companyId,
      actor,
      origin,
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
      leaseSeconds,
      wasTakenOver,
    };
  });
}

/** Later than the lease before, if only by a millisecond, so that its time names a lease; unless that one cannot be right. */
function nextExpiry(before: LeaseRecord | null, now: Date, leaseSeconds: number): string {
  const expiresOn = addSeconds(now, leaseSeconds);
  if (before === null || before.expiresOn < expiresOn || isBeyond(before.expiresOn, now, leaseSeconds))
    return expiresOn;
  return new Date(Date.parse(before.expiresOn) + 1).toISOString();
}

/** Until when some other process of this rotation may still deliver. The lease that came with the rotation's start let nobody. */
function findSharedUntil(
  before: LeaseRecord | null,
  rotation: SecretRecord,
  continued: string | undefined,
  now: Date,
  leaseSeconds: number,
): string | null {
  if (before?.holder !== rotation.id || rotation.expiresOn !== null) return null;
  const until = continued === before.expiresOn ? before.sharedUntil : before.expiresOn;
  return until !== null && isAhead(until, now, leaseSeconds) ? until : null;
}
