/** The name of an unknown address in RFC 7239. Allowlists do not contain it, so only keys without an allowlist pass. */
const UNKNOWN = "unknown";

const PATTERNS = [
  /^(?<ipv4>\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/,
  /^\[(?<ipv6>[^\]]+)\](?::\d{1,5})?$/,
  /^(?<ipv6>[^[\]]*:[^[\]]*:[^[\]]*)$/,
];

/**
 * Returns an address in the format of `X-Forwarded-For`, without port and zone. Anything that is not a single address
 * becomes `unknown`. The header is never omitted, because the server would then check the address of this machine.
 */
export function writePeerAddress(ip: unknown): string {
  if (typeof ip !== "string" || ip.length > 100) return UNKNOWN;
  const text = ip.trim();
  const { ipv4, ipv6 } = PATTERNS.map((pattern) => pattern.exec(text)?.groups).find(Boolean) ?? {};
  if (ipv4 !== undefined) return ipv4.split(".").every(isOctet) ? ipv4 : UNKNOWN;
  if (ipv6 === undefined) return UNKNOWN;
  const [address = ""] = ipv6.split("%");
  // The URL parser accepts all formats of IPv6 addresses. The characters are checked first, because it also removes
  // tabs.
  return /^[0-9A-Fa-f:.]+$/.test(address) && URL.canParse(`http://[${address}]`) ? address : UNKNOWN;
}

function isOctet(text: string): boolean {
  return /^(0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255;
}
