import { type AllowedIp, type Cidr, containsAddress, parseAddress, parseCidr } from "@briksync/sdk";
import { CliError } from "../../errors/cli-error.ts";

/**
 * A network to allow. `existing` is its current entry. `keep` does not change its expiry, because it expires at the
 * requested time or later. Only with `mayShorten`, adding an address shortens an existing permission.
 */
export interface Addition {
  readonly network: Cidr;
  readonly existing: AllowedIp | undefined;
  readonly does: "add" | "renew" | "shorten" | "keep";
}

/** A planned change of an allowlist. */
export interface AllowlistPlan {
  readonly additions: readonly Addition[];
  readonly removals: readonly AllowedIp[];
}

/** How a list treats an address. `open`: the list is empty. `closed`: all entries have expired. */
export type Reach = "open" | "closed" | "included" | "excluded" | "unknown";

/** Returns the networks in `texts`. Throws VALIDATION_FAILED with all problems. */
export function readNetworks(texts: readonly string[]): readonly Cidr[] {
  const networks = new Map<string, Cidr>();
  const problems: string[] = [];
  for (const text of texts) {
    const parsed = parseCidr(text.trim());
    if (parsed.ok) networks.set(parsed.cidr.text, parsed.cidr);
    else problems.push(`${parsed.message}.`);
  }
  const [first, ...more] = problems;
  if (first === undefined) return [...networks.values()];
  if (more.length === 0) throw new CliError("VALIDATION_FAILED", first);
  throw new CliError("VALIDATION_FAILED", "Some of the values are not IP addresses or networks. Nothing was sent.", {
    details: problems,
  });
}

/** The change that the user requests. `expiresAt` is null for never. `removals` are networks or entry IDs. */
export interface RequestedChange {
  readonly additions: readonly Cidr[];
  readonly expiresAt: string | null;
  readonly mayShorten: boolean;
  /** Existing entries keep their expiry, because only their note changes. */
  readonly isNoteOnly: boolean;
  readonly removals: readonly string[];
}

/** Plans what to add and what to remove. Throws NOT_FOUND, with the entries, if a removal is not in the list. */
export function planAllowlist(
  entries: readonly AllowedIp[],
  { additions, expiresAt, mayShorten, isNoteOnly, removals }: RequestedChange,
): AllowlistPlan {
  const removed = new Map<string, AllowedIp>();
  for (const text of removals) {
    const entry = findEntry(entries, text.trim());
    if (entry === undefined) {
      throw new CliError("NOT_FOUND", `${JSON.stringify(text)} is not on the allowlist.`, {
        details: entries.map((known) => known.cidr),
        hint:
          entries.length === 0
            ? "The allowlist is empty, so every IP address can use the key."
            : "The entries of the allowlist are listed above.",
      });
    }
    removed.set(entry.id, entry);
  }
  const contradiction = additions.find((network) => [...removed.values()].some((entry) => isSame(entry, network)));
  if (contradiction !== undefined) {
    throw new CliError("USAGE", `${contradiction.text} cannot be both added and removed.`);
  }
  return {
    additions: additions.map((network) => {
      const existing = entries.find((entry) => isSame(entry, network));
      if (existing === undefined) return { network, existing, does: "add" };
      if (isNoteOnly) return { network, existing, does: "keep" };
      if (!lastsUntil(existing, expiresAt)) return { network, existing, does: "renew" };
      const isSooner = !lastsUntil({ expiresAt }, existing.expiresAt);
      return { network, existing, does: mayShorten && isSooner ? "shorten" : "keep" };
    }),
    removals: [...removed.values()],
  };
}

/** Returns the list after the plan is applied. */
export function predictAllowlist(
  entries: readonly AllowedIp[],
  { additions, removals }: AllowlistPlan,
  expiresAt: string | null,
): readonly Pick<AllowedIp, "cidr" | "expiresAt">[] {
  const changed = additions.filter((addition) => addition.does !== "keep");
  const replaced = changed.map((addition) => addition.existing);
  const kept = entries.filter((entry) => !removals.includes(entry) && !replaced.includes(entry));
  return [...kept, ...changed.map(({ network }) => ({ cidr: network.text, expiresAt }))];
}

/** Returns whether an entry is valid at least until `expiresAt` (null: forever). */
export function lastsUntil(entry: Pick<AllowedIp, "expiresAt">, expiresAt: string | null): boolean {
  if (entry.expiresAt === null) return true;
  return expiresAt !== null && Date.parse(entry.expiresAt) >= Date.parse(expiresAt);
}

/**
 * Returns whether an address can use a key with this list. An empty list allows every address. A list of expired
 * entries allows none.
 */
export function findReach(
  entries: readonly Pick<AllowedIp, "cidr" | "expiresAt">[],
  address: string | null | undefined,
  now: Date,
): Reach {
  if (entries.length === 0) return "open";
  const live = entries.filter((entry) => !isExpired(entry, now));
  if (live.length === 0) return "closed";
  if (address === null || address === undefined) return "unknown";
  return live.some((entry) => isInNetwork(address, entry.cidr)) ? "included" : "excluded";
}

/** Returns whether an entry has expired. */
export function isExpired(entry: Pick<AllowedIp, "expiresAt">, now: Date): boolean {
  return entry.expiresAt !== null && Date.parse(entry.expiresAt) <= now.getTime();
}

function findEntry(entries: readonly AllowedIp[], text: string): AllowedIp | undefined {
  const byId = entries.find((entry) => entry.id === text);
  if (byId !== undefined) return byId;
  const parsed = parseCidr(text);
  return parsed.ok ? entries.find((entry) => isSame(entry, parsed.cidr)) : undefined;
}

function isSame(entry: AllowedIp, network: Cidr): boolean {
  const parsed = parseCidr(entry.cidr);
  return parsed.ok && parsed.cidr.text === network.text;
}

function isInNetwork(addressText: string, networkText: string): boolean {
  const address = parseAddress(addressText);
  const parsed = parseCidr(networkText);
  return parsed.ok && address !== null && containsAddress(parsed.cidr, address);
}
