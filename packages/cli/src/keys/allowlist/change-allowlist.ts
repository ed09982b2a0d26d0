import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { printList } from "../../terminal/print-list.ts";
import { durationForm, parseDuration, parseIsoTime } from "../../text/duration.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { findKey } from "../find-key.ts";
import { layOutAllowlist } from "./allowlist-layout.ts";
import { applyAllowlist } from "./apply-allowlist.ts";
import { confirmAllowlist, findLastExpiry } from "./confirm-allowlist.ts";
import { restoreEntries } from "./keep-restricted.ts";
import { type AllowlistPlan, planAllowlist, predictAllowlist, readNetworks } from "./plan-allowlist.ts";

/** The options of `briksync keys allow-ip`. */
export interface AllowIpOptions {
  readonly me?: boolean;
  readonly note?: string;
  readonly expires?: string;
  readonly shorten?: boolean;
  readonly remove?: readonly string[];
  readonly list?: boolean;
}

/**
 * Runs `briksync keys allow-ip`: reads and plans everything before the first change, then applies it and prints the
 * resulting list.
 */
export async function changeAllowlist(
  context: Context,
  text: string,
  cidrs: readonly string[],
  options: AllowIpOptions,
): Promise<void> {
  checkOptions(cidrs, options);
  // Reports mistakes before the first request. The actual time is computed when the server's time is known.
  readExpiry(options.expires, null);
  const typed = readNetworks(cidrs);
  const client = await context.client();
  const { signal } = context;
  const key = await findKey(client, text, signal);
  const before = await client.keys.listAllowedIps(key.id, { signal });
  if (options.list === true) return printList(context, before, layOutAllowlist(context.now()));

  const address = (await client.auth.getSession({ signal })).ip;
  const expiresAt = readExpiry(options.expires, context.now());
  const own = options.me === true ? readNetworks([requireAddress(address)]) : [];
  const added = new Map([...typed, ...own].map((network) => [network.text, network]));
  const plan = planAllowlist(before, {
    additions: [...added.values()],
    expiresAt,
    mayShorten: options.shorten === true,
    removals: options.remove ?? [],
  });
  const after = predictAllowlist(before, plan, expiresAt);
  if (isChange(plan)) await confirmAllowlist(context, { key, before, after, address });
  const work = { key, plan, note: options.note, expiresAt, mayOpen: after.length === 0 };
  const mayOpen = await applyAllowlist(context, client, work);

  const now = context.now();
  const result = await client.keys.listAllowedIps(key.id, { signal });
  if (result.length === 0 && !mayOpen) throw await restoreEntries(context, client, key, plan.removals);
  const lastExpiry = findLastExpiry(result, now);
  if (lastExpiry !== null && (await context.output()) === "table") {
    context.io.writeStatus(`All entries expire. After ${sanitizeText(lastExpiry)}, no address can use the key.`);
  }
  await printList(context, result, layOutAllowlist(now));
}

function checkOptions(cidrs: readonly string[], { me, note, expires, shorten, remove, list }: AllowIpOptions): void {
  const isAdding = cidrs.length > 0 || me === true;
  const isRemoving = remove !== undefined && remove.length > 0;
  if (list === true && (isAdding || isRemoving))
    throw new CliError("USAGE", "--list cannot be combined with changes to the allowlist.");
  if (list !== true && !isAdding && !isRemoving) {
    throw new CliError("USAGE", "No IP address was passed.", {
      hint: "Pass an IP address or network, --me, --remove CIDR or --list.",
    });
  }
  if (!isAdding && (note !== undefined || expires !== undefined)) {
    throw new CliError("USAGE", "--note and --expires require an IP address to add.");
  }
  if (shorten === true && expires === undefined) throw new CliError("USAGE", "--shorten requires --expires.");
}

/**
 * Returns the expiry of an entry, or null for never. Throws USAGE if the text is not a time, or if the time is before
 * `now`.
 */
function readExpiry(text: string | undefined, now: Date | null): string | null {
  if (text === undefined) return null;
  const seconds = parseDuration(text);
  const moment = seconds === null ? parseIsoTime(text) : new Date((now?.getTime() ?? 0) + seconds * 1000);
  if (moment === null) {
    throw new CliError("USAGE", `--expires ${JSON.stringify(text)} is not a duration or a time.`, {
      hint: `Pass ${durationForm}, or a time such as 2026-12-31T18:00:00Z (UTC unless it has a zone).`,
    });
  }
  if (now !== null && moment.getTime() <= now.getTime()) {
    throw new CliError("USAGE", `--expires ${JSON.stringify(text)} is in the past: ${moment.toISOString()}.`);
  }
  return moment.toISOString();
}

function requireAddress(address: string | null): string {
  if (address !== null) return address;
  throw new CliError("FEATURE_UNAVAILABLE", "The server cannot determine your IP address.", {
    hint: "Pass the IP address instead of --me.",
  });
}

function isChange({ additions, removals }: AllowlistPlan): boolean {
  return removals.length > 0 || additions.some(({ does }) => does !== "keep");
}
