import { FakeRefusal } from "./fake-refusal.ts";
import { hasEnded } from "./fake-secrets.ts";
import type { FakeKey, FakeLease, FakeSecret } from "./fake-state.ts";

/**
 * Returns the rotation that holds the key's lease, or the pending one that held it last. A finished rotation counts
 * only until its lease expires.
 */
export function findHolder(
  { lease, secrets }: FakeKey,
  now: string,
): { readonly lease: FakeLease; readonly rotation: FakeSecret } | null {
  const rotation = secrets.find(({ id }) => id === lease?.holder);
  if (lease === null || rotation === undefined || hasEnded(rotation, now)) return null;
  return rotation.state === "pending" || isRunning(lease, now) ? { lease, rotation } : null;
}

/** Returns whether the lease has not expired, so that its holder may still deliver. */
export function isRunning({ expiresOn }: FakeLease, now: string): boolean {
  return expiresOn > now;
}

/** Returns the refusal with the holder of the lease. */
export function refuseForHolder({ expiresOn }: FakeLease, rotation: FakeSecret, now: Date): FakeRefusal {
  const { id, createdOn, createdBy } = rotation;
  const leftMs = Date.parse(expiresOn) - now.getTime();
  const what = `A rotation of this key, started${createdBy === null ? "" : ` by ${createdBy}`} at ${createdOn},`;
  return new FakeRefusal("ROTATION_IN_PROGRESS", {
    message:
      leftMs > 0 ? `${what} is in progress` : `${what} held the lease last, and its secret may have been delivered`,
    retryAfterSeconds: leftMs > 0 ? Math.ceil(leftMs / 1000) : undefined,
    details: [
      { path: "rotationId", message: id },
      { path: "startedOn", message: createdOn },
      ...(createdBy === null ? [] : [{ path: "startedBy", message: createdBy }]),
      { path: "leaseExpiresOn", message: expiresOn },
    ],
  });
}

/** Returns when the next lease expires. It is later than the previous one, because the time identifies the lease. */
export function nameNextLease(before: FakeLease | null, expiresOn: string): string {
  if (before === null || before.expiresOn < expiresOn) return expiresOn;
  return new Date(Date.parse(before.expiresOn) + 1).toISOString();
}

/**
 * Returns when another process of the same rotation stops delivering at the latest, after a renewal that continues
 * `continued`.
 */
export function findSharedUntil(
  before: FakeLease | null,
  rotation: FakeSecret,
  continued: unknown,
  now: string,
): string | null {
  if (before?.holder !== rotation.id || rotation.expiresOn !== null) return null;
  const until = continued === before.expiresOn ? before.sharedUntil : before.expiresOn;
  return until !== null && until > now ? until : null;
}

/** Returns the lease that remains after a finish for other processes of the same rotation. */
export function keepForOthers(lease: FakeLease | null, rotationId: string, now: string): FakeLease | null {
  const sharedUntil = lease?.holder === rotationId ? lease.sharedUntil : null;
  if (sharedUntil === null || sharedUntil <= now) return null;
  return { holder: rotationId, expiresOn: sharedUntil, sharedUntil: null };
}
