import type { AllowedIp } from "@briksync/sdk";
import { formatRelativeTime } from "../text/time.ts";
import { isExpired } from "./allowlist/plan-allowlist.ts";

/** Returns `2026-02-01T10:30:00.000Z (3 weeks ago)`. */
export function describeTime(time: string, now: Date): string {
  return `${time} (${formatRelativeTime(time, now)})`;
}

/** Returns the allowlist of a key, one line per entry, or one line if it is empty, expired or unknown. */
export function describeAllowlist(entries: readonly AllowedIp[] | undefined, now: Date): readonly string[] {
  if (entries === undefined) return ["not provided by this server"];
  if (entries.length === 0) return ["any address"];
  const lines = entries.map((entry) => {
    const traits = [entry.note, describeExpiry(entry, now)].filter((trait) => trait !== null && trait !== "");
    return traits.length === 0 ? entry.cidr : `${entry.cidr}  (${traits.join(", ")})`;
  });
  return entries.every((entry) => isExpired(entry, now))
    ? [...lines, "no address, because all entries have expired"]
    : lines;
}

/** Returns `expires in 2 hours` or `expired 3 days ago`, or null if the entry does not expire. */
export function describeExpiry(entry: Pick<AllowedIp, "expiresAt">, now: Date): string | null {
  if (entry.expiresAt === null) return null;
  return `${isExpired(entry, now) ? "expired" : "expires"} ${formatRelativeTime(entry.expiresAt, now)}`;
}

/**
 * Returns a short form of the allowlist for a table cell: `any address`, `3 networks`, or `no address` if all entries
 * have expired.
 */
export function summarizeAllowlist(entries: readonly AllowedIp[] | undefined, now: Date): string {
  if (entries === undefined) return "?";
  if (entries.length === 0) return "any address";
  const count = entries.filter((entry) => !isExpired(entry, now)).length;
  if (count === 0) return "no address";
  return count === 1 ? "1 network" : `${count} networks`;
}
