// Copied from packages/server/src/domain/network/cidr.ts by tools/generate.ts. Do not edit.

/** An IP address. IPv4-mapped IPv6 is stored as IPv4. `text` is canonical (RFC 5952 for IPv6). */
export type Address = { readonly text: string; readonly version: 4 | 6; readonly value: bigint };

/**
 * A network. `text` is canonical and always has a prefix length, as in `203.0.113.7/32`. All host bits of `network` are
 * 0.
 */
export type Cidr = {
  readonly text: string;
  readonly version: 4 | 6;
  readonly network: bigint;
  readonly prefix: number;
};

/** The result of {@link parseCidr}: the network, or the reason why the text is not valid. */
export type ParsedCidr = { readonly ok: true; readonly cidr: Cidr } | { readonly ok: false; readonly message: string };

/** The longest form of an IPv6 address: six groups and four decimal parts. */
const addressCharactersMax = 45;
const cidrCharactersMax = addressCharactersMax + "/128".length;
const cidrExamples = "Enter an IP address or CIDR range, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32";

/**
 * Parses an IP address strictly: four decimal parts without leading zeros, or IPv6 (RFC 4291, section 2.2). Zone IDs,
 * ports and spaces are not allowed. `::ffff:a.b.c.d` is `a.b.c.d`. Returns null for any other text. Never throws, and
 * takes linear time.
 *
 * @example
 * parseAddress("2001:DB8:0::1")?.text; // 2001:db8::1
 */
export function parseAddress(text: string): Address | null {
  if (text.length > addressCharactersMax) return null;
  // Fast path for the form in which dual-stack sockets report IPv4 peers.
  const ipv4Text = text.startsWith("::ffff:") ? text.slice("::ffff:".length) : text;
  const ipv4 = readIpv4(ipv4Text);
  if (ipv4 !== -1) return { text: ipv4Text, version: 4, value: BigInt(ipv4) };
  const groups = readIpv6(text);
  if (groups === null) return null;
  const value = joinGroups(groups);
  return isMapped(value) ? toIpv4(value) : { text: formatIpv6(groups), version: 6, value };
}

/**
 * Parses an allowlist entry: an address (then /32 or /128) or a CIDR range, as strictly as {@link parseAddress}. The
 * prefix length has no leading zeros. Host bits, /0 and zone IDs are refused with a helpful message. IPv4-mapped ranges
 * become IPv4 ranges. Never throws, and takes linear time.
 *
 * @example
 * const parsed = parseCidr("203.0.113.7");
 * console.log(parsed.ok ? parsed.cidr.text : parsed.message); // 203.0.113.7/32
 */
export function parseCidr(text: string): ParsedCidr {
  if (text.length > cidrCharactersMax) return refuse(`The text is longer than any CIDR range. ${cidrExamples}`);
  const quoted = JSON.stringify(text);
  if (text.includes("%")) {
    return refuse(`${quoted} has a zone ID, which is valid on one machine only. Remove "%" and the text after it`);
  }
  const slash = text.indexOf("/");
  const addressText = slash === -1 ? text : text.slice(0, slash);
  const address = parseAddress(addressText);
  if (address === null) return refuse(`${quoted} is not an IP address or CIDR range. ${cidrExamples}`);

  const writtenBits = addressText.includes(":") ? 128 : 32;
  const writtenPrefix = slash === -1 ? writtenBits : readPrefix(text.slice(slash + 1), writtenBits);
  if (writtenPrefix === -1) {
    return refuse(`${quoted} has no valid prefix. The number after the slash must be from 1 to ${writtenBits}`);
  }
  // A mapped address with a prefix below 96 is a range of IPv6 addresses and has host bits.
  const isMappedRange = address.version === 4 && writtenBits === 128;
  if (isMappedRange && writtenPrefix < 96) {
    return checkNetwork(quoted, 6, (0xffffn << 32n) | address.value, writtenPrefix);
  }
  return checkNetwork(quoted, address.version, address.value, isMappedRange ? writtenPrefix - 96 : writtenPrefix);
}

/**
 * Returns whether a network contains an address. IPv4 addresses are never in IPv6 networks and vice versa.
 *
 * @example
 * const isOnList = address !== null && cidrs.some((cidr) => containsAddress(cidr, address));
 */
export function containsAddress(cidr: Cidr, address: Address): boolean {
  if (cidr.version !== address.version) return false;
  const hostBits = BigInt(countBits(cidr.version) - cidr.prefix);
  return address.value >> hostBits === cidr.network >> hostBits;
}

function checkNetwork(quoted: string, version: 4 | 6, value: bigint, prefix: number): ParsedCidr {
  if (prefix === 0) {
    return refuse(`${quoted} allows every address. To allow every address, leave the allowlist empty`);
  }
  const hostBits = BigInt(countBits(version) - prefix);
  const network = (value >> hostBits) << hostBits;
  const text = `${formatAddress(version, network)}/${prefix}`;
  if (network !== value) {
    const address = formatAddress(version, value);
    return refuse(
      `${quoted} has bits set after its prefix. The network is ${text}, and the single address is ${address}`,
    );
  }
  return { ok: true, cidr: { text, version, network, prefix } };
}

function refuse(message: string): ParsedCidr {
  return { ok: false, message };
}

function countBits(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

/** Returns the decimal number of a text without sign, spaces and leading zeros if it is at most `max`, or -1. */
function readPrefix(text: string, max: number): number {
  if (text.length === 0 || text.length > 3 || (text.length > 1 && text.startsWith("0"))) return -1;
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > max ? -1 : value;
}

/** Returns the address as an unsigned 32-bit number, or -1. */
function readIpv4(text: string): number {
  let value = 0;
  let part = -1;
  let dots = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (part === -1 || dots === 3) return -1;
      value = value * 256 + part;
      part = -1;
      dots += 1;
    } else {
      // A part that starts with 0 must end there. Some programs read "01" as octal.
      if (code < 48 || code > 57 || part === 0) return -1;
      part = (part === -1 ? 0 : part * 10) + (code - 48);
      if (part > 255) return -1;
    }
  }
  return part === -1 || dots !== 3 ? -1 : value * 256 + part;
}

/** Returns the eight groups of an IPv6 address, or null. */
function readIpv6(text: string): readonly number[] | null {
  const groups: number[] = [];
  let gapAt = text.startsWith("::") ? 0 : -1;
  let start = gapAt === 0 ? 2 : 0;
  while (start < text.length) {
    const colon = text.indexOf(":", start);
    const end = colon === -1 ? text.length : colon;
    if (colon === -1 && text.includes(".", start)) {
      const value = readIpv4(text.slice(start));
      if (value === -1) return null;
      groups.push(value >>> 16, value & 0xffff);
      break;
    }
    const group = readHexGroup(text, start, end);
    if (group === -1) return null;
    groups.push(group);
    if (colon === -1) break;
    start = colon + 1;
    if (start === text.length) return null;
    if (text.charCodeAt(start) === 58) {
      if (gapAt !== -1) return null;
      gapAt = groups.length;
      start += 1;
    }
  }
  if (gapAt === -1) return groups.length === 8 ? groups : null;
  if (groups.length > 7) return null;
  const zeros = new Array<number>(8 - groups.length).fill(0);
  return [...groups.slice(0, gapAt), ...zeros, ...groups.slice(gapAt)];
}

function readHexGroup(text: string, start: number, end: number): number {
  if (end === start || end - start > 4) return -1;
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) value = value * 16 + code - 48;
    else if (code >= 97 && code <= 102) value = value * 16 + code - 87;
    else if (code >= 65 && code <= 70) value = value * 16 + code - 55;
    else return -1;
  }
  return value;
}

function joinGroups(groups: readonly number[]): bigint {
  let value = 0n;
  for (let index = 0; index < 8; index += 2) {
    value = (value << 32n) | BigInt((groups[index] ?? 0) * 0x10000 + (groups[index + 1] ?? 0));
  }
  return value;
}

function isMapped(value: bigint): boolean {
  return value >> 32n === 0xffffn;
}

function toIpv4(mapped: bigint): Address {
  const value = mapped & 0xffffffffn;
  return { text: formatIpv4(value), version: 4, value };
}

function formatAddress(version: 4 | 6, value: bigint): string {
  if (version === 4) return formatIpv4(value);
  return formatIpv6(Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn)));
}

function formatIpv4(value: bigint): string {
  const number = Number(value);
  return `${number >>> 24}.${(number >>> 16) & 255}.${(number >>> 8) & 255}.${number & 255}`;
}

/**
 * Returns an IPv6 address in lower case. The first of the longest runs of two or more zero groups becomes `::` (RFC
 * 5952, section 4).
 */
function formatIpv6(groups: readonly number[]): string {
  let longestStart = -1;
  let longestLength = 1;
  let runStart = 0;
  for (let index = 0; index < 8; index += 1) {
    if (groups[index] !== 0) runStart = index + 1;
    else if (index + 1 - runStart > longestLength) {
      longestStart = runStart;
      longestLength = index + 1 - runStart;
    }
  }
  const words = groups.map((group) => group.toString(16));
  if (longestStart === -1) return words.join(":");
  return `${words.slice(0, longestStart).join(":")}::${words.slice(longestStart + longestLength).join(":")}`;
}
