import { AppError } from "../../errors.ts";
import type { KeyRecord, LeaseRecord, SecretRecord } from "../../store/records.ts";
import { isBeyond } from "../timestamp.ts";
import { hasEnded } from "./secret-lifetime.ts";

/**
 * The rotation that has the key's lease, or had it last and is not finished. Its secret may be what the sinks hold by now: no
 * other rotation delivered after it did. A finished one counts only as long as its lease runs. `secrets` are the key's own.
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
 * Whether the holder may still be delivering. A lease that lasts longer than any that could be taken now is from a time when
 * the clock was wrong, and nobody knows when it ends.
 */
export function isRunning({ expiresOn }: LeaseRecord, now: Date, leaseSeconds: number): boolean {
  return isAhead(expiresOn, now, leaseSeconds);
}

/** Whether a time of a lease is still to come, and can be right. */
export function isAhead(time: string, now: Date, leaseSeconds: number): boolean {
  return time > now.toISOString() && !isBeyond(time, now, leaseSeconds);
}

/** The refusal that tells who is at work and until when, or who came later. */
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
