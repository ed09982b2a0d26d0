/** A network: IP version, first address as a number, and prefix length. */
interface Network {
  readonly bits: 32 | 128;
  readonly address: bigint;
  readonly prefix: number;
}

const MAPPED_PREFIX = 0xffffn << 32n;

/**
 * Returns an address or CIDR range in canonical form (`203.0.113.7/32`), or null if it is not valid. Refuses the same
 * input as the real server: leading zeros, host bits, zone IDs, spaces and `/0`.
 */
export function canonicaliseCidr(text: string): string | null {
  const network = parseNetwork(text);
  if (network === null || network.prefix === 0) return null;
  const hostBits = BigInt(network.bits - network.prefix);
  if ((network.address >> hostBits) << hostBits !== network.address) return null;
  return `${writeAddress(network)}/${network.prefix}`;
}

/** Returns whether a canonical CIDR range contains an address. It contains no unreadable address. */
export function isInCidr(ip: string, cidr: string): boolean {
  const address = parseNetwork(ip);
  const network = parseNetwork(cidr);
  if (address === null || network === null || address.bits !== network.bits) return false;
  const hostBits = BigInt(network.bits - network.prefix);
  return address.address >> hostBits === network.address >> hostBits;
}

function parseNetwork(text: string): Network | null {
  const [, ip = "", prefixText] = /^([0-9A-Fa-f:.]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const written = ip.includes(":") ? parseIpv6(ip) : parseIpv4(ip);
  if (written === null) return null;
  const writtenBits = ip.includes(":") ? 128 : 32;
  const prefix = prefixText === undefined ? writtenBits : Number(prefixText);
  if (prefix > writtenBits) return null;
  // An IPv4-mapped IPv6 address is the IPv4 address.
  if (writtenBits === 128 && written >> 32n === MAPPED_PREFIX >> 32n && prefix >= 96) {
    return { bits: 32, address: written & 0xffffffffn, prefix: prefix - 96 };
  }
  return { bits: writtenBits, address: written, prefix };
}

function parseIpv4(text: string): bigint | null {
  const parts = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text)?.slice(1);
  if (parts === undefined || parts.some((part) => Number(part) > 255)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseIpv6(text: string): bigint | null {
  const canonical = URL.canParse(`http://[${text}]`) ? new URL(`http://[${text}]`).hostname.slice(1, -1) : null;
  if (canonical === null) return null;
  const [head = "", tail] = canonical.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups = [...before, ...new Array<string>(8 - before.length - after.length).fill("0"), ...after];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function writeAddress({ bits, address }: Network): string {
  const size = bits === 32 ? 8n : 16n;
  const parts: string[] = [];
  for (let shift = BigInt(bits) - size; shift >= 0n; shift -= size) {
    parts.push(((address >> shift) & ((1n << size) - 1n)).toString(bits === 32 ? 10 : 16));
  }
  return bits === 32 ? parts.join(".") : new URL(`http://[${parts.join(":")}]`).hostname.slice(1, -1);
}
