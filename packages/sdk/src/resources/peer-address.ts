/** What RFC 7239 calls an address that is not known. No allowlist has it, so only keys without an allowlist pass. */
const UNKNOWN = "unknown";

const PATTERNS = [
  /^(?<ipv4>\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/,
  /^\[(?<ipv6>[^\]]+)\](?::\d{1,5})?$/,
  /^(?<ipv6>[^[\]]*:[^[\]]*:[^[\]]*)$/,
];

/**
 * Returns the address of a peer as `X-Forwarded-For` takes it, without the port and the zone that some sources add.
 * Anything that is not one address becomes `unknown`. It is never left out: the server would decide about the address of this
 * machine instead.
 */
export function writePeerAddress(ip: unknown): string {
  if (typeof ip !== "string" || ip.length > 100) return UNKNOWN;
  const text = ip.trim();
  const { ipv4, ipv6 } = PATTERNS.map((pattern) => pattern.exec(text)?.groups).find(Boolean) ?? {};
  if (ipv4 !== undefined) return ipv4.split(".").every(isOctet) ? ipv4 : UNKNOWN;
  if (ipv6 === undefined) return UNKNOWN;
  const [address = ""] = ipv6.split("%");
  // The parser of URLs knows every form of an IPv6 address. The characters are checked, because it also takes tabs out.
  return /^[0-9A-Fa-f:.]+$/.test(address) && URL.canParse(`http://[${address}]`) ? address : UNKNOWN;
}

function isOctet(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;
}
