import { isIPv4, isIPv6 } from "node:net";

/** A network of IP addresses. `text` is canonical and always contains the prefix length, as on the server. */
export interface Network {
  readonly text: string;
  readonly version: 4 | 6;
  readonly value: bigint;
  readonly prefix: number;
}

/** A network, or an error message and a hint. */
export type ParsedNetwork =
  | { readonly ok: true; readonly network: Network }
  | { readonly ok: false; readonly message: string; readonly advice: string };

/** Hint about the format. */
export const networkAdvice = "Use an IP address or a network, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32.";

const openAdvice = "To allow every address, remove all entries with --remove.";

/**
 * Parses an allowlist entry as strictly as the server does (four decimal parts or IPv6, no zone, no host bits, no /0),
 * so that mistakes are reported before the first request. IPv4-mapped IPv6 is converted to IPv4.
 */
export function parseNetwork(text: string): ParsedNetwork {
  const quoted = JSON.stringify(text);
  const [addressText = "", prefixText, ...more] = text.split("/");
  const address = parseAddress(addressText);
  if (address === null || more.length > 0) return refuse(`${quoted} is not an IP address or network.`);
  const isMapped = address.version === 4 && addressText.includes(":");
  const writtenBits = isMapped ? 128 : countBits(address.version);
  const written = prefixText === undefined ? writtenBits : readPrefix(prefixText, writtenBits);
  if (written === -1) {
    return refuse(`${quoted} has an invalid prefix length. Use 1 to ${writtenBits}.`);
  }
  const prefix = isMapped ? written - 96 : written;
  if (prefix < 0) return refuse(`${quoted} contains more than IPv4 addresses. Use the IPv4 network.`);
  if (prefix === 0) return refuse(`${quoted} would allow every address.`, openAdvice);
  const hostBits = BigInt(countBits(address.version) - prefix);
  const value = (address.value >> hostBits) << hostBits;
  const network = {
    version: address.version,
    value,
    prefix,
    text: `${formatAddress(address.version, value)}/${prefix}`,
  };
  if (value !== address.value) {
    return {
      ok: false,
      message: `${quoted} has bits set beyond its prefix. The network is ${network.text}.`,
      advice: `Use ${network.text} for the network, or ${addressText} for the single address.`,
    };
  }
  return { ok: true, network };
}

/**
 * Returns whether an address is in a network. Returns false for invalid text. IPv4 addresses are never in IPv6
 * networks.
 */
export function isInNetwork(addressText: string, networkText: string): boolean {
  const address = parseAddress(addressText);
  const parsed = parseNetwork(networkText);
  if (address === null || !parsed.ok || parsed.network.version !== address.version) return false;
  const hostBits = BigInt(countBits(address.version) - parsed.network.prefix);
  return address.value >> hostBits === parsed.network.value >> hostBits;
}

function parseAddress(text: string): { readonly version: 4 | 6; readonly value: bigint } | null {
  if (isIPv4(text)) return { version: 4, value: readIpv4(text) };
  // A zone ID is valid on one machine only.
  if (!isIPv6(text) || text.includes("%")) return null;
  const value = readIpv6(text);
  return value >> 32n === 0xffffn ? { version: 4, value: value & 0xffffffffn } : { version: 6, value };
}

function readIpv4(text: string): bigint {
  return text.split(".").reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

// The text is valid. The URL parser converts it to hexadecimal groups with at most one gap.
function readIpv6(text: string): bigint {
  const [head = "", tail] = canonicalizeIpv6(text).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...gap, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function canonicalizeIpv6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1);
}

function formatAddress(version: 4 | 6, value: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  return canonicalizeIpv6(groups.join(":"));
}

function readPrefix(text: string, max: number): number {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return -1;
  return Number(text) > max ? -1 : Number(text);
}

function countBits(version: 4 | 6): number {
  return version === 4 ? 32 : 128;
}

function refuse(message: string, advice = networkAdvice): ParsedNetwork {
  return { ok: false, message, advice };
}
