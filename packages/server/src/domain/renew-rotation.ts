import { notFound } from "../errors.ts";
import type { Actor } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import { findHolder, isLeaseHeld, refuseForHolder } from "./rotation-lease.ts";
import { listPending } from "./secret-life.ts";
import { takeActiveKey } from "./take-key.ts";
import { addSeconds } from "./timestamp.ts";

/** A lease that a rotation has from now on. */
export interface RenewedLease {
  readonly id: string;
  readonly leaseExpiresOn: string;
  /** Another rotation had the lease meanwhile and may have delivered: what this one delivered before counts no more. */
  readonly wasTakenOver: boolean;
}

/**
 * Gives the lease to a pending rotation for its full length from now, where no other one holds it.
 * @throws {AppError} NOT_FOUND for a rotation that is finished or gone, KEY_REVOKED, ROTATION_IN_PROGRESS.
 */
export async function renewRotation(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  rotationId: string,
): Promise<RenewedLease> {
  return deps.store.transact(async (repositories) => {
    const now = deps.now();
    const key = await takeActiveKey(repositories, actor.companyId, keyId);
    const pending = listPending(key, now.toISOString());
    if (!pending.some(({ id }) => id === rotationId)) throw notFound();
    const holder = findHolder(key, pending);
    const wasTakenOver = holder !== null && holder.id !== rotationId;
    if (wasTakenOver && isLeaseHeld(key, now)) throw refuseForHolder(key, holder, now);
    const leaseExpiresOn = addSeconds(now, deps.settings.rotationLeaseSeconds);
    await repositories.keys.setLease(keyId, { holder: rotationId, expiresOn: leaseExpiresOn });
    return { id: rotationId, leaseExpiresOn, wasTakenOver };
  });
}
