import { type AllowedIp, containsAddress, parseAddress, parseCidr } from "@briksync/sdk/browser";

/** Returns whether an entry no longer allows any address. */
export function hasExpired({ expiresAt }: Pick<AllowedIp, "expiresAt">, nowMs: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= nowMs;
}

/**
 * Returns whether the server would refuse an address if these were the entries of a key. Without entries, it refuses
 * none. An entry that is not valid counts as one that allows everything, because the server does not accept it anyway.
 */
export function refusesAddress(
  entries: readonly Pick<AllowedIp, "cidr" | "expiresAt">[],
  address: string,
  nowMs: number,
): boolean {
  const parsed = parseAddress(address);
  if (parsed === null || entries.length === 0) return false;
  return !entries.some((entry) => {
    const result = parseCidr(entry.cidr);
    return !result.ok || (!hasExpired(entry, nowMs) && containsAddress(result.cidr, parsed));
  });
}

/** Returns the entries that a refusal of the server proposes instead of what the user entered. */
export function findCorrections(entered: string, refusal: string): readonly string[] {
  const address = parseAddress(entered.split("/")[0] ?? "");
  if (address === null) return [];
  return refusal.split(/[\s",]+/).filter((word) => {
    const result = parseCidr(word.replace(/\.$/, ""));
    return word !== entered && result.ok && containsAddress(result.cidr, address);
  });
}
