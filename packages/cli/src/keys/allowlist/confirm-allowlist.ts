import type { AllowedIp, ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { canAsk, checkConsentPossible, confirmOrStop } from "../../terminal/confirm.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatRelativeTime } from "../../text/time.ts";
import { findReach, isExpired, type Reach } from "./plan-allowlist.ts";

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
  const reach = findReach(change.after, change.address, now);
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

function explainRisk({ key, before, address }: AllowlistChange, reach: Reach, now: Date) {
  const question = "Save the list?";
  switch (reach) {
    case "included":
      return null;
    case "open":
      return {
        reason: `Without entries, every IP address can use "${sanitizeText(key.name)}".`,
        question: before.length === 1 ? "Remove the last entry?" : "Remove all entries?",
      };
    case "closed":
      return { reason: "All entries in the allowlist have expired, so no address can use this key.", question };
    case "unknown":
      return { reason: "The server cannot determine your IP address, so this list may exclude it.", question };
    case "excluded": {
      const excludes = findReach(before, address, now) === "excluded" ? "still excludes" : "excludes";
      const own = sanitizeText(address ?? "");
      return { reason: `This list ${excludes} your own address, ${own}. To include it, pass --me.`, question };
    }
  }
}

function warnAboutLastUse({ key, before, after, address }: AllowlistChange, now: Date): string | null {
  if (!key.lastUsedIp || !key.lastUsedAt || key.lastUsedIp === address) return null;
  const wasRefused = ["excluded", "closed"].includes(findReach(before, key.lastUsedIp, now));
  const isRefused = ["excluded", "closed"].includes(findReach(after, key.lastUsedIp, now));
  if (wasRefused || !isRefused) return null;
  const when = formatRelativeTime(key.lastUsedAt, now);
  return `The key was last used ${when} from ${sanitizeText(key.lastUsedIp)}, which this list excludes.`;
}

/**
 * Asks for confirmation if another run has removed the other entries, so that these removals would open the key to
 * every address. Returns whether the user has agreed to that. Throws REFUSED with `--yes`, which was meant for another
 * list. Throws CONFIRMATION_REQUIRED or DECLINED.
 */
export async function confirmRemovalOfLastEntry(
  context: Context,
  key: ApiKey,
  removals: readonly AllowedIp[],
): Promise<boolean> {
  const { keys } = await context.client();
  const list = await keys.listAllowedIps(key.id, { signal: context.signal });
  const isRemoved = (entry: AllowedIp): boolean => removals.some(({ id }) => id === entry.id);
  if (list.length === 0 || !list.every(isRemoved)) return false;
  const reason = `Another run has removed the other entries. Without entries, every IP address can use "${sanitizeText(key.name)}".`;
  if (context.globals.isYes) {
    throw new CliError("REFUSED", `${reason} Nothing was removed.`, {
      hint: "To remove the last entry too, run the same command again.",
    });
  }
  checkConsentPossible(context, reason);
  context.io.writeWarning(reason);
  await confirmOrStop(context, list.length === 1 ? "Remove the last entry?" : "Remove all entries?");
  return true;
}

/**
 * Puts entries back, because another run removed the others at the same time and the list is empty. Returns the error
 * that says so.
 */
export async function restoreEntries(context: Context, key: ApiKey, entries: readonly AllowedIp[]): Promise<CliError> {
  const { keys } = await context.client();
  const name = sanitizeText(key.name);
  const cidrs = sanitizeText(entries.map(({ cidr }) => cidr).join(", "));
  const command = `briksync keys allow-ip ${quoteArgument(key.clientId)}`;
  try {
    for (const { cidr, note, expiresAt } of entries) {
      const input = { cidr, ...(note !== null && { note }), ...(expiresAt !== null && { expiresAt }) };
      await keys.allowIp(key.id, input, { signal: context.signal });
    }
  } catch (cause) {
    return new CliError(
      "REFUSED",
      `Other runs removed the other entries at the same time, and ${cidrs} could not be added again. Every IP address can use "${name}".`,
      { hint: `To restrict the key, run: ${command} CIDR`, cause },
    );
  }
  return new CliError(
    "REFUSED",
    `Other runs removed the other entries at the same time. Without entries, every IP address could use "${name}", so ${cidrs} was added again.`,
    { hint: `To see the list, run: ${command} --list` },
  );
}
