import { AppError } from "../../errors.ts";
import type { KeyRecord, SecretRecord } from "../../store/records.ts";
import { addSeconds, isBeyond } from "../timestamp.ts";

/** The longest grace period that can be asked for: a week. */
export const graceSecondsMax = 604_800;

/** How many secrets of a key may retire at the same time. Every list of secrets stays short. */
export const retiringMax = 100;

/**
 * Whether a secret has reached its deadline. A retiring one ends there in any case; a pending one only as long as it was
 * never used, since whatever uses it must not be cut off (contract, section 4); the renewal before a delivery takes its
 * deadline away. A grace period that would last longer than any can is from a time when the clock was wrong, and is not
 * believed. `now` is a canonical timestamp.
 */
export function hasEnded(secret: Pick<SecretRecord, "state" | "expiresOn" | "firstUsedOn">, now: string): boolean {
  if (secret.expiresOn === null) return false;
  if (secret.state === "retiring" && isBeyond(secret.expiresOn, new Date(now), graceSecondsMax)) return true;
  if (secret.expiresOn > now) return false;
  return secret.state === "retiring" || (secret.state === "pending" && secret.firstUsedOn === null);
}

/** The key's rotations that can still be finished. */
export function listPending(key: KeyRecord, now: string): SecretRecord[] {
  return key.pending.filter((secret) => !hasEnded(secret, now));
}

/** Until when a secret retires that is replaced now; null for "it ends at once". */
export function computeRetirement(now: Date, graceSeconds: number | undefined): string | null {
  if (graceSeconds === undefined || graceSeconds === 0) return null;
  return addSeconds(now, graceSeconds);
}

/**
 * Refuses to let more secrets of a key retire than `retiringMax`.
 * @throws {AppError} TOO_MANY_ROTATIONS.
 */
export function refuseTooManyRetiring(secrets: readonly SecretRecord[], now: string): void {
  const retiring = secrets.filter((secret) => secret.state === "retiring" && !hasEnded(secret, now));
  if (retiring.length < retiringMax) return;
  throw new AppError("TOO_MANY_ROTATIONS", {
    message: `The key has ${retiringMax} retiring secrets, the maximum. To end them, rotate the key without a grace period`,
  });
}
