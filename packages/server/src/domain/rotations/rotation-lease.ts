import { AppError } from "../../errors.ts";
import type { KeyRecord, LeaseRecord, SecretRecord } from "../../store/records.ts";
import { isBeyond } from "../timestamp.ts";
import { hasEnded } from "./secret-lifetime.ts";

/**
 * Returns the rotation that holds the key's lease, or the pending one that held it last. No other rotation delivered
 * later, so destinations may have its secret. A finished rotation counts only until its lease expires. `secrets` are
 * the secrets of the key.
 */
export function findHolder(
  { lease }: KeyRecord,
  secrets: readonly SecretRecord[],
  now: Date,
  leaseSeconds: number,
): { readonly lease: LeaseRecord; readonly rotation: SecretRecord } | null {
  const rotation = secrets.find(({ id }) => id === lease?.holder);
  if (lease === null || rotation === undefined || hasEnded(rotation, now.toISOString())) return null;
  if (rotation.state !== "pending" && !isRunning(lease, now, leaseSeconds)) return null;
  return { lease, rotation };
}

/**
 * Returns whether the holder may still deliver. A lease that lasts longer than a new one comes from a wrong clock, and
 * its end is unknown.
 */
export function isRunning({ expiresOn }: LeaseRecord, now: Date, leaseSeconds: number): boolean {
  return isAhead(expiresOn, now, leaseSeconds);
}

/** Returns whether an expiry is in the future and can be correct. */
export function isAhead(time: string, now: Date, leaseSeconds: number): boolean {
  return time > now.toISOString() && !isBeyond(time, now, leaseSeconds);
}

/** Returns the refusal with the holder of the lease. */
export function refuseForHolder(
  lease: LeaseRecord,
  { id, createdOn, createdBy }: SecretRecord,
  now: Date,
  leaseSeconds: number,
): AppError {
  const remainingMs = isRunning(lease, now, leaseSeconds) ? Date.parse(lease.expiresOn) - now.getTime() : 0;
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
