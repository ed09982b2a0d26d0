import type { AllowedIp, ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { canAsk, checkConsentPossible, confirmOrStop } from "../../terminal/confirm.ts";
import { formatRelativeTime } from "../../text/relative-time.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { isExpired, judgeReach, type Reach } from "./plan-allowlist.ts";

/** An entry of the new list. */
export type FutureEntry = Pick<AllowedIp, "cidr" | "expiresAt">;

/** A change of an allowlist. `address` is the caller's IP address as the server sees it, or null if unknown. */
export interface AllowlistChange {
  readonly key: ApiKey;
  readonly before: readonly AllowedIp[];
  readonly after: readonly FutureEntry[];
  readonly address: string | null;
}

/**
 * Asks for confirmation before it saves a list that may exclude the caller, or removes the last entry. Also warns if
 * the list excludes the address of the last use. Throws CONFIRMATION_REQUIRED or DECLINED.
 */
export async function confirmAllowlist(context: Context, change: AllowlistChange): Promise<void> {
  const { io } = context;
  const now = context.now();
  const reach = judgeReach(change.after, change.address, now);
  const risk = explainRisk(change, reach, now);
  if (risk !== null) checkConsentPossible(context, risk.reason);
  const warnings = [warnAboutLastUse(change, now), risk?.reason].filter((text) => typeof text === "string");
  if (warnings.length === 0) return;
  const isAsked = canAsk(context);
  if (isAsked || (await context.output()) === "table") {
    for (const warning of warnings) io.writeWarning(`${warning}`);
  }
  if (risk !== null || isAsked) await confirmOrStop(context, risk?.question ?? "Save the list anyway?");
}

/** Returns the time when the last entry expires, or null if an entry does not expire or the list is empty. */
export function findLastExpiry(entries: readonly FutureEntry[], now: Date): string | null {
  let last: string | null = null;
  for (const entry of entries) {
    if (entry.expiresAt === null) return null;
    if (!isExpired(entry, now) && (last === null || entry.expiresAt > last)) last = entry.expiresAt;
  }
  return last;
}

interface Risk {
  readonly reason: string;
  readonly question: string;
}

function explainRisk({ key, before, address }: AllowlistChange, reach: Reach, now: Date): Risk | null {
  switch (reach) {
    case "included":
      return null;
    case "open":
      return {
        reason: `Without entries, every IP address can use "${sanitizeText(key.name)}".`,
        question: before.length === 1 ? "Remove the last entry?" : "Remove all entries?",
      };
    case "closed":
      return {
        reason: "All entries in the allowlist have expired, so no address can use this key.",
        question: "Save the list?",
      };
    case "unknown":
      return {
        reason: "The server cannot determine your IP address, so this list may exclude it.",
        question: "Save the list?",
      };
    case "excluded": {
      const excludes = judgeReach(before, address, now) === "excluded" ? "still excludes" : "excludes";
      return {
        reason: `This list ${excludes} your own address, ${sanitizeText(address ?? "")}. To add it, pass --me.`,
        question: "Save the list?",
      };
    }
  }
}

function warnAboutLastUse({ key, before, after, address }: AllowlistChange, now: Date): string | null {
  if (!key.lastUsedIp || !key.lastUsedAt || key.lastUsedIp === address) return null;
  const wasShutOut = ["excluded", "closed"].includes(judgeReach(before, key.lastUsedIp, now));
  const isShutOut = ["excluded", "closed"].includes(judgeReach(after, key.lastUsedIp, now));
  if (wasShutOut || !isShutOut) return null;
  const when = formatRelativeTime(key.lastUsedAt, now);
  return `The key was last used ${when} from ${sanitizeText(key.lastUsedIp)}, which this list excludes.`;
}
