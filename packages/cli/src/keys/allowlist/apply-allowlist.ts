import type { AllowedIp, AllowIpInput, ApiKey } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { confirmRemovalOfLastEntry } from "./confirm-allowlist.ts";
import { type Addition, type AllowlistPlan, lastsUntil } from "./plan-allowlist.ts";

/** A planned change of an allowlist. `note` and `expiresAt` (null: never) are for the added entries. */
export interface AllowlistWork {
  readonly key: ApiKey;
  readonly plan: AllowlistPlan;
  readonly note: string | undefined;
  readonly expiresAt: string | null;
  /** Whether the user knows that the list becomes empty, so that every address can use the key. */
  readonly mayOpen: boolean;
}

/**
 * Applies the plan and prints the changes. Additions come first, so that the list is never empty in between. Returns
 * whether the list may be empty now. Throws like `confirmRemovalOfLastEntry`.
 */
export async function applyAllowlist(context: Context, work: AllowlistWork): Promise<boolean> {
  const { io, signal } = context;
  const { keys } = await context.client();
  const isTable = (await context.output()) === "table";
  const report = (cidr: string, what: string): void => {
    if (isTable) io.writeDone(`${sanitizeText(cidr)} ${what}`);
  };
  const name = `"${sanitizeText(work.key.name)}"`;
  const { additions, removals } = work.plan;
  // Another run may have removed an entry since the plan was made.
  const isKeeping = additions.some(({ does }) => does === "keep");
  const current = isKeeping ? await keys.listAllowedIps(work.key.id, { signal }) : [];
  for (const addition of additions) {
    const { network, existing } = addition;
    const isGone = addition.does === "keep" && !current.some(({ id }) => id === existing?.id);
    const does = isGone ? "add" : addition.does;
    if (does === "keep") {
      const isNoted = existing !== undefined && (await hasChangedNote(context, work, existing));
      const end = existing?.expiresAt ? `expires at ${sanitizeText(existing.expiresAt)}` : "does not expire";
      const change = isNoted ? "Only its note was changed." : "It was not changed.";
      const stays = `is already on the allowlist and ${end}. ${change}`;
      const rest = isNoted ? { ...work, note: undefined } : work;
      const advice = existing === undefined ? null : adviseOnKept(existing, rest);
      if (advice === null) report(network.text, stays);
      else io.writeWarning(`${network.text} ${stays} ${advice}`);
      continue;
    }
    const input = {
      cidr: network.text,
      ...(work.note !== undefined && { note: work.note }),
      ...(work.expiresAt !== null && { expiresAt: work.expiresAt }),
    };
    if (does === "add") await keys.allowIp(work.key.id, input, { signal });
    else if (does === "renew") await renew(context, work, addition, input);
    else await keys.allowIp(work.key.id, { ...input, mayShorten: true }, { signal });
    const end = does === "shorten" ? "expires earlier" : work.expiresAt ? "expires later" : "does not expire";
    report(network.text, does === "add" ? `can use ${name}.` : `was already on the allowlist and now ${end}.`);
  }
  const mayOpen =
    work.mayOpen || removals.length === 0 || (await confirmRemovalOfLastEntry(context, work.key, removals));
  for (const entry of removals) {
    await keys.disallowIp(work.key.id, entry.id, { signal });
    report(entry.cidr, `was removed from the allowlist of ${name}.`);
  }
  return mayOpen;
}

// Returns false if there is nothing to change, or if the server cannot change it. The entry keeps its expiry.
async function hasChangedNote(
  { client, signal }: Context,
  { key, note }: AllowlistWork,
  { cidr, note: before, expiresAt }: AllowedIp,
): Promise<boolean> {
  if (note === undefined || note === before) return false;
  const input = { cidr, note, ...(expiresAt !== null && { expiresAt }) };
  return (await (await client()).keys.allowIp(key.id, input, { signal })).note === note;
}

// An entry that expires later than requested is not changed, and the user must know that.
function adviseOnKept(existing: AllowedIp, { expiresAt, note }: AllowlistWork): string | null {
  const isShorter = expiresAt !== null && !lastsUntil({ expiresAt }, existing.expiresAt);
  if (isShorter) return `To set an ${existing.expiresAt === null ? "expiry" : "earlier expiry"}, pass --shorten.`;
  if (note === undefined || note === existing.note) return null;
  return "To change the note, remove the entry with --remove and add it again.";
}

// Adding the same network returns the same entry, and a server may not change its expiry. Then the entry must be
// replaced. That is safe only if another entry remains, because an empty list allows every address.
async function renew(
  context: Context,
  { key, expiresAt }: AllowlistWork,
  { network, existing }: Addition,
  input: AllowIpInput,
): Promise<void> {
  const { signal } = context;
  const { keys } = await context.client();
  const entry = await keys.allowIp(key.id, input, { signal });
  if (existing === undefined || lastsUntil(entry, expiresAt)) return;
  const list = await keys.listAllowedIps(key.id, { signal });
  if (!list.some((other) => other.id !== entry.id)) {
    throw new CliError(
      "REFUSED",
      `${network.text} is the only entry of the allowlist, and this server cannot change its expiry (${entry.expiresAt}).`,
      {
        hint: "Add another address first, and run the same command again. Without entries, every IP address could use the key.",
      },
    );
  }
  await keys.disallowIp(key.id, entry.id, { signal });
  await keys.allowIp(key.id, input, { signal });
}
