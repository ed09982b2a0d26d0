import type { AllowedIp } from "@briksync/sdk";
import { formatRelativeTime } from "../text/relative-time.ts";
import { isExpired } from "./allowlist/plan-allowlist.ts";

/** `2026-02-01T10:30:00.000Z (3 weeks ago)`, or `whenMissing`. */
export function describeTime(time: string | null | undefined, now: Date, whenMissing: string): string {
  if (time === null || time === undefined) return whenMissing;
  return `${time} (${formatRelativeTime(time, now)})`;
}

/** Who may use a key, one line per entry; one sentence where that is everybody, nobody or unknown. */
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

/** `expires in 2 hours`, `expired 3 days ago`, or null for an entry that stays. */
export function describeExpiry(entry: Pick<AllowedIp, "expiresAt">, now: Date): string | null {
  if (entry.expiresAt === null) return null;
  return `${isExpired(entry, now) ? "expired" : "expires"} ${formatRelativeTime(entry.expiresAt, now)}`;
}

/** Short enough for the cell of a table, and never cut: `any address`, `3 networks`, or `nobody` where all entries have expired. */
export function summarizeAllowlist(entries: readonly AllowedIp[] | undefined, now: Date): string {
  if (entries === undefined) return "?";
  if (entries.length === 0) return "any address";
  const count = entries.filter((entry) => !isExpired(entry, now)).length;
  if (count === 0) return "no address";
  return count === 1 ? "1 network" : `${count} networks`;
}
