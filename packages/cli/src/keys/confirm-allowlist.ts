import type { AllowedIp, ApiKey } from "@briksync/sdk";
import { confirmOrStop } from "../confirm.ts";
import type { Context } from "../context.ts";
import { formatRelativeTime } from "../output/relative-time.ts";
import { sanitizeText } from "../output/sanitize.ts";
import { isExpired, judgeReach } from "./plan-allowlist.ts";

/** An entry as it is going to be. */
export type FutureEntry = Pick<AllowedIp, "cidr" | "expiresAt">;

/** A change of a key's allowlist as a whole. `address` is the caller's own, as the server sees it; null where it cannot tell. */
export interface AllowlistChange {
  readonly key: ApiKey;
  readonly before: readonly AllowedIp[];
  readonly after: readonly FutureEntry[];
  readonly address: string | null;
}

/**
 * Asks before a list is saved that shuts the caller out, or before the last entry goes and every address is let in. Where a person is
 * asked anyway or the list shuts out whoever used the key last, that is said too. Throws CONFIRMATION_REQUIRED or DECLINED.
 */
export async function confirmAllowlist(context: Context, change: AllowlistChange): Promise<void> {
  const { io, globals } = context;
  const now = context.now();
  const { key, before, after, address } = change;
  const name = `"${sanitizeText(key.name)}"`;
  const reach = judgeReach(after, address, now);
  const warning = warnAboutLastUse(change, now);
  const isAsked = !globals.isYes && io.isInputTty && io.isTalkTty && globals.hasInput;
  if (warning !== null) io.writeError(io.talkColours.yellow(`! ${warning}`));
  if (reach === "open") {
    const last = before.length === 1 ? "This is the last entry" : "No entry would be left";
    return confirmOrStop(context, `${last}: without one, every address may use ${name}. Remove it?`);
  }
  if (reach === "included") {
    if (warning !== null && isAsked) await confirmOrStop(context, "Save it nevertheless?");
    return;
  }
  await confirmOrStop(
    context,
    `${explainExclusion(reach, address, judgeReach(before, address, now) === reach)} Save it?`,
  );
}

/** The moment after which no entry of the list is left in force; null where one stays, or where there is no list. */
export function findLastExpiry(entries: readonly FutureEntry[], now: Date): string | null {
  let last: string | null = null;
  for (const entry of entries) {
    if (entry.expiresAt === null) return null;
    if (!isExpired(entry, now) && (last === null || entry.expiresAt > last)) last = entry.expiresAt;
  }
  return last;
}

function explainExclusion(reach: "closed" | "excluded" | "unknown", address: string | null, isOld: boolean): string {
  if (reach === "closed") return "Every entry of this list has expired, so nobody may use the key.";
  if (reach === "unknown") return "The server cannot tell your address, so this list may exclude you.";
  const excludes = isOld ? "This list still excludes" : "This list excludes";
  return `${excludes} the address you are calling from, ${sanitizeText(address ?? "")} (--me adds it).`;
}

function warnAboutLastUse({ key, before, after }: AllowlistChange, now: Date): string | null {
  if (!key.lastUsedIp || !key.lastUsedAt) return null;
  const wasShutOut = ["excluded", "closed"].includes(judgeReach(before, key.lastUsedIp, now));
  const isShutOut = ["excluded", "closed"].includes(judgeReach(after, key.lastUsedIp, now));
  if (wasShutOut || !isShutOut) return null;
  const when = formatRelativeTime(key.lastUsedAt, now);
  return `The key was last used ${when} from ${sanitizeText(key.lastUsedIp)}, which this list shuts out.`;
}
