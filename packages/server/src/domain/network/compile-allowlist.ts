import { type Address, parseCidr } from "./cidr.ts";

/**
 * Compiles an allowlist for fast lookups. The cost of a lookup depends on the number of different prefix lengths, not
 * of entries. Fails closed: an unreadable address (null) is denied, and invalid entries and an empty list match no
 * address.
 *
 * The caller must allow keys without entries before it removes expired entries. Otherwise, the last entry to expire
 * would open the key.
 */
export function compileAllowlist(texts: readonly string[]): (address: Address | null) => boolean {
  const ipv4 = new Map<number, Set<number>>();
  const ipv6 = new Map<bigint, Set<bigint>>();
  for (const text of texts) {
    const parsed = parseCidr(text);
    if (!parsed.ok) continue;
    const { version, network, prefix } = parsed.cidr;
    if (version === 4) addTo(ipv4, 32 - prefix, Number(network) >>> (32 - prefix));
    else addTo(ipv6, BigInt(128 - prefix), network >> BigInt(128 - prefix));
  }
  const ipv4Lists = [...ipv4];
  const ipv6Lists = [...ipv6];
  return (address) => {
    if (address === null) return false;
    if (address.version === 4) {
      const value = Number(address.value);
      for (const [hostBits, networks] of ipv4Lists) if (networks.has(value >>> hostBits)) return true;
      return false;
    }
    for (const [hostBits, networks] of ipv6Lists) if (networks.has(address.value >> hostBits)) return true;
    return false;
  };
}

function addTo<K>(lists: Map<K, Set<K>>, hostBits: K, network: K): void {
  const networks = lists.get(hostBits);
  if (networks === undefined) lists.set(hostBits, new Set([network]));
  else networks.add(network);
}
