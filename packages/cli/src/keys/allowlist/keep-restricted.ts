import type { AllowedIp, ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { checkConsentPossible, confirmOrStop } from "../../terminal/confirm.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import { sanitizeText } from "../../text/sanitize.ts";

/**
 * Asks for confirmation if another run has removed the other entries, so that these removals would open the key to
 * every address. Returns whether the user has agreed to that. Throws REFUSED with `--yes`, which was meant for another
 * list. Throws CONFIRMATION_REQUIRED or DECLINED.
 */
export async function agreeToOpen(context: Context, key: ApiKey, removals: readonly AllowedIp[]): Promise<boolean> {
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
