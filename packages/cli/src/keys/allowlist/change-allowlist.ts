import type { AllowedIp } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { createTimeColumn, type ListLayout, printList } from "../../terminal/print-list.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { durationForm, parseDuration, parseIsoTime } from "../../text/time.ts";
import { describeExpiry } from "../describe-key.ts";
import { findKey } from "../find-key.ts";
import { applyAllowlist } from "./apply-allowlist.ts";
import { confirmAllowlist, findLastExpiry, restoreEntries } from "./confirm-allowlist.ts";
import { type Addition, isExpired, planAllowlist, predictAllowlist, readNetworks } from "./plan-allowlist.ts";

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
  const key = await findKey(context, text);
  const before = await client.keys.listAllowedIps(key.id, { signal });
  if (options.list === true) return printList(context, before, createAllowlistLayout(context.now()));

  const address = (await client.auth.getSession({ signal })).ip;
  const expiresAt = readExpiry(options.expires, context.now());
  const own = options.me === true ? readNetworks([requireAddress(address)]) : [];
  const added = new Map([...typed, ...own].map((network) => [network.text, network]));
  const plan = planAllowlist(before, {
    additions: [...added.values()],
    expiresAt,
    mayShorten: options.shorten === true,
    isNoteOnly: options.note !== undefined && options.expires === undefined,
    removals: options.remove ?? [],
  });
  checkNotes(plan.additions, options, context.now());
  const after = predictAllowlist(before, plan, expiresAt);
  const isChange = plan.removals.length > 0 || plan.additions.some(({ does }) => does !== "keep");
  if (isChange) await confirmAllowlist(context, { key, before, after, address });
  const work = { key, plan, note: options.note, expiresAt, mayOpen: after.length === 0 };
  const mayOpen = await applyAllowlist(context, work);

  const now = context.now();
  const result = await client.keys.listAllowedIps(key.id, { signal });
  if (result.length === 0 && !mayOpen) throw await restoreEntries(context, key, plan.removals);
  const lastExpiry = findLastExpiry(result, now);
  if (lastExpiry !== null && (await context.output()) === "table") {
    context.io.writeStatus(`All entries expire. After ${sanitizeText(lastExpiry)}, no address can use the key.`);
  }
  await printList(context, result, createAllowlistLayout(now));
}

function checkOptions(cidrs: readonly string[], { me, note, expires, shorten, remove, list }: AllowIpOptions): void {
  const isAdding = cidrs.length > 0 || me === true;
  const isRemoving = remove !== undefined && remove.length > 0;
  if (list === true && (isAdding || isRemoving || shorten === true))
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

// An entry that has expired would allow its address again, which a new note alone must not do.
function checkNotes(additions: readonly Addition[], { note, expires }: AllowIpOptions, now: Date): void {
  if (note === undefined || expires !== undefined) return;
  const expired = additions.find(({ existing }) => existing !== undefined && isExpired(existing, now));
  if (expired === undefined) return;
  throw new CliError("USAGE", `${expired.network.text} has expired, so its note cannot be changed alone.`, {
    hint: "To allow it again, pass --expires as well. To remove it, pass --remove.",
  });
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

/** Returns the layout of an allowlist. `now` decides which entries show as expired. */
function createAllowlistLayout(now: Date): ListLayout<AllowedIp> {
  return {
    empty: "The key has no allowlist, so every IP address can use it.",
    nouns: ["entry", "entries"],
    id: (entry) => entry.id,
    columns: [
      { header: "ADDRESSES", field: "cidr", style: (entry, { dim }) => (isExpired(entry, now) ? dim : undefined) },
      {
        header: "EXPIRES",
        field: "expiresAt",
        show: (entry) => describeExpiry(entry, now)?.replace("expires ", "") ?? "never",
        style: (entry, { yellow }) => (isExpired(entry, now) ? yellow : undefined),
      },
      { header: "NOTE", field: "note", widthMin: 10 },
      createTimeColumn("ADDED", "createdOn", { dropOrder: 1 }),
      { header: "ID", field: "id", isCsvOnly: true },
    ],
  };
}
