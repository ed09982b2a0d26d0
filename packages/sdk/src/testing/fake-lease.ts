import { FakeRefusal } from "./fake-refusal.ts";
import { hasEnded } from "./fake-secrets.ts";
import type { FakeKey, FakeLease, FakeSecret } from "./fake-state.ts";

/** The rotation that has a key's lease, or had it last and is not finished; a finished one as long as its lease runs. */
export function findHolder(
  { lease, secrets }: FakeKey,
  now: string,
): { readonly lease: FakeLease; readonly rotation: FakeSecret } | null {
  const rotation = secrets.find(({ id }) => id === lease?.holder);
  if (lease === null || rotation === undefined || hasEnded(rotation, now)) return null;
  return rotation.state === "pending" || isRunning(lease, now) ? { lease, rotation } : null;
}

/** Whether its holder may still be delivering. */
export function isRunning({ expiresOn }: FakeLease, now: string): boolean {
  return expiresOn > now;
}

/** The refusal that names the holder. */
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

/** When the next lease ends: later than the one before, so that its time names it. */
export function nameNextLease(before: FakeLease | null, expiresOn: string): string {
  if (before === null || before.expiresOn < expiresOn) return expiresOn;
  return new Date(Date.parse(before.expiresOn) + 1).toISOString();
}

/** Until when another process of the rotation may still deliver, after a renewal that goes on with `continued`. */
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

/** What a finish leaves of the lease for other processes of the same rotation. */
export function keepForOthers(lease: FakeLease | null, rotationId: string, now: string): FakeLease | null {
  const sharedUntil = lease?.holder === rotationId ? lease.sharedUntil : null;
  if (sharedUntil === null || sharedUntil <= now) return null;
  return { holder: rotationId, expiresOn: sharedUntil, sharedUntil: null };
}
