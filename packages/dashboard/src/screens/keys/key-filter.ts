import type { ApiKey } from "@briksync/sdk/browser";

/** The chips of the list, in the order of the page. */
export const keyChips = ["active", "revoked", "unused", "unrestricted"] as const;

/** A chip of the list. */
export type KeyChip = (typeof keyChips)[number];

const unusedMs = 90 * 86_400_000;

/**
 * Returns whether the list shows a key. The text matches the name, the client ID and addresses. "Active" and "Revoked"
 * together show both. "Unused" and "Unrestricted" are for keys that still work.
 */
export function matchesFilter(key: ApiKey, text: string, chips: ReadonlySet<KeyChip>, nowMs: number): boolean {
  const isActive = key.status === "active";
  if (chips.has("active") !== chips.has("revoked") && chips.has("active") !== isActive) return false;
  if (chips.has("unused") && !(isActive && isUnused(key, nowMs))) return false;
  if (chips.has("unrestricted") && !(isActive && isUnrestricted(key))) return false;
  const wanted = text.trim().toLowerCase();
  const addresses = (key.ipAllowlist ?? []).map(({ cidr }) => cidr);
  return [key.name, key.clientId, key.lastUsedIp ?? "", ...addresses].some((one) => one.toLowerCase().includes(wanted));
}

function isUnused({ lastUsedAt, createdOn }: ApiKey, nowMs: number): boolean {
  return nowMs - Date.parse(lastUsedAt ?? createdOn) >= unusedMs;
}

function isUnrestricted({ ipAllowlist }: ApiKey): boolean {
  return ipAllowlist !== undefined && ipAllowlist.length === 0;
}
