import { AppError } from "../../errors.ts";
import type { KeyRecord, LeaseRecord, SecretRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { isBeyond } from "../timestamp.ts";
import { hasEnded } from "./secret-lifetime.ts";

/** The time at which leases are checked, and the duration of a new lease. */
export interface LeaseClock {
  readonly now: Date;
  readonly leaseSeconds: number;
}

/** Returns the clock for the leases of one call. */
export function readLeaseClock(deps: Dependencies): LeaseClock {
  return { now: deps.now(), leaseSeconds: deps.settings.rotationLeaseSeconds };
}

/**
 * Returns the rotation that holds the key's lease, or the pending one that held it last. No other rotation delivered
 * later, so destinations may have its secret. A finished rotation counts only until its lease expires. `secrets` are
 * the secrets of the key.
 */
export function findHolder(
  { lease }: KeyRecord,
  secrets: readonly SecretRecord[],
  clock: LeaseClock,
): { readonly lease: LeaseRecord; readonly rotation: SecretRecord } | null {
  const rotation = secrets.find(({ id }) => id === lease?.holder);
  if (lease === null || rotation === undefined || hasEnded(rotation, clock.now.toISOString())) return null;
  if (rotation.state !== "pending" && !isAhead(lease.expiresOn, clock)) return null;
  return { lease, rotation };
}

/**
 * Returns whether an expiry is in the future and can be correct, so that the holder of a lease may still deliver. A lease
 * that lasts longer than a new one comes from a wrong clock, and its end is unknown.
 */
export function isAhead(time: string, { now, leaseSeconds }: LeaseClock): boolean {
  return time > now.toISOString() && !isBeyond(time, now, leaseSeconds);
}

/** Returns the refusal with the holder of the lease. */
export function refuseForHolder(
  lease: LeaseRecord,
  { id, createdOn, createdBy }: SecretRecord,
  clock: LeaseClock,
): AppError {
  const remainingMs = isAhead(lease.expiresOn, clock) ? Date.parse(lease.expiresOn) - clock.now.getTime() : 0;
  const what = `A rotation of this key, started${createdBy === null ? "" : ` by ${createdBy}`} at ${createdOn},`;
  return new AppError("ROTATION_IN_PROGRESS", {
    message:
      remainingMs > 0
        ? `${what} is in progress`
        : `${what} held the lease last, and its secret may have been delivered`,
    ...(remainingMs > 0 ? { retryAfterSeconds: Math.ceil(remainingMs / 1000) } : {}),
    details: [
      { path: "rotationId", message: id },
      { path: "startedOn", message: createdOn },
      ...(createdBy === null ? [] : [{ path: "startedBy", message: createdBy }]),
      { path: "leaseExpiresOn", message: lease.expiresOn },
    ],
  });
}

/**
 * Refuses a pipeline that changes somebody else's rotation, or that takes over the lease of another rotation. All runs
 * of a trust own its rotations, so that a run can continue what another run started.
 * @throws {AppError} SCOPE_DENIED.
 */
export function requireOwnRotation(
  actor: Actor,
  rotation: SecretRecord,
  { takeOver }: { readonly takeOver?: boolean } = {},
): void {
  if (actor.kind === "user") return;
  if (rotation.pipelineId !== actor.id) {
    throw new AppError("SCOPE_DENIED", { message: "A pipeline can change only the rotations that it started" });
  }
  if (takeOver !== undefined) throw new AppError("SCOPE_DENIED", { message: "A pipeline cannot use takeOver" });
}
