import { AppError } from "../errors.ts";
import type { KeyRecord, SecretRecord } from "../store/records.ts";

/**
 * The pending rotation that has the key's lease, or had it last. Another one may have delivered its secret before this one
 * did, never after; so this is the one whose secret the sinks hold, if any does.
 */
export function findHolder(key: KeyRecord, pending: readonly SecretRecord[]): SecretRecord | null {
  return pending.find(({ id }) => id === key.lease?.holder) ?? null;
}

/** The refusal that tells who is at work and until when. */
export function refuseForHolder(key: KeyRecord, holder: SecretRecord, now: Date): AppError {
  const leaseExpiresOn = key.lease?.expiresOn ?? now.toISOString();
  const remainingMs = Date.parse(leaseExpiresOn) - now.getTime();
  const who = holder.createdBy === null ? "" : ` by ${holder.createdBy}`;
  return new AppError("ROTATION_IN_PROGRESS", {
    message:
      remainingMs > 0
        ? `Another rotation of this key, begun${who} at ${holder.createdOn}, is under way`
        : `Another rotation of this key, begun${who} at ${holder.createdOn}, came later and may have been delivered`,
    ...(remainingMs > 0 ? { retryAfterSeconds: Math.ceil(remainingMs / 1000) } : {}),
    details: [
      { path: "rotationId", message: holder.id },
      { path: "startedOn", message: holder.createdOn },
      ...(holder.createdBy === null ? [] : [{ path: "startedBy", message: holder.createdBy }]),
      { path: "leaseExpiresOn", message: leaseExpiresOn },
    ],
  });
}

/** Whether some rotation may still be delivering. */
export function isLeaseHeld(key: KeyRecord, now: Date): boolean {
  return key.lease !== null && key.lease.expiresOn > now.toISOString();
}
