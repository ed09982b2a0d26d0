import { AppError } from "../../errors.ts";
import type { KeyRecord, SecretRecord } from "../../store/records.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";

/** Maximum grace period: one week. */
export const graceSecondsMax = 604_800;

/** Maximum number of retiring secrets per key. It limits all lists of secrets. */
export const retiringMax = 100;

/**
 * Returns whether a secret has expired. A retiring secret expires at its deadline. A pending secret expires only if it
 * was never used, because its clients must not lose access (contract, section 4). A renewal before a delivery removes
 * its deadline. A grace period that is longer than the maximum comes from a wrong clock and is ignored. `now` is a
 * canonical timestamp.
 */
export function hasEnded(secret: Pick<SecretRecord, "state" | "expiresOn" | "firstUsedOn">, now: string): boolean {
  if (secret.expiresOn === null) return false;
  if (secret.state === "retiring" && isBeyond(secret.expiresOn, new Date(now), graceSecondsMax)) return true;
  if (secret.expiresOn > now) return false;
  return secret.state === "retiring" || (secret.state === "pending" && secret.firstUsedOn === null);
}

/** Returns the rotations of a key that can still be finished. */
export function listPending(key: KeyRecord, now: string): SecretRecord[] {
  return key.pending.filter((secret) => !hasEnded(secret, now));
}

/** Returns when a replaced secret expires. Null means immediately. */
export function computeRetirement(now: Date, graceSeconds: number | undefined): string | null {
  if (graceSeconds === undefined || graceSeconds === 0) return null;
  return addSeconds(now, graceSeconds);
}

/**
 * Refuses more than `retiringMax` retiring secrets per key.
 * @throws {AppError} TOO_MANY_ROTATIONS.
 */
export function refuseTooManyRetiring(secrets: readonly SecretRecord[], now: string): void {
  const retiring = secrets.filter((secret) => secret.state === "retiring" && !hasEnded(secret, now));
  if (retiring.length < retiringMax) return;
  throw new AppError("TOO_MANY_ROTATIONS", {
    message: `The key has ${retiringMax} retiring secrets, the maximum. To end them, rotate the key without a grace period`,
  });
}
