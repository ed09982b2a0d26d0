import { type Address, type Cidr, containsAddress, parseAddress } from "./cidr.ts";

/**
 * Maximum number of entries in `X-Forwarded-For`, more than any real path has. A longer header is treated as an attack.
 */
const hopsMax = 32;
/** Maximum length of an entry: an IPv6 address of 45 characters with brackets, zone, port and some spaces. */
const hopCharactersMax = 96;
/** `192.0.2.10:443`, `[2001:db8::1]:443` or `[2001:db8::1]`, as some gateways write addresses. */
const addressWithPort =
  /^(?:\[(?<v6>[0-9a-f:.]+(?:%[^%\]]+)?)\](?::(?<v6Port>\d{1,5}))?|(?<v4>[\d.]+):(?<v4Port>\d{1,5}))$/i;
/** A link-local address (RFC 4291, section 2.5.6) with its interface. */
const linkLocalWithZone = /^(?<address>fe[89ab][0-9a-f]:[0-9a-f:]*)%[\w.~-]{1,32}$/i;
const portMax = 65_535;

/**
 * Returns the client address of a request in canonical form. This is the peer of the socket, unless the peer is a
 * trusted proxy. Then it is the first address of `X-Forwarded-For`, read from the right, that is not a trusted proxy.
 * If all are trusted, it is the leftmost one, or the peer if the header is missing. Ports and zones of link-local
 * addresses are removed.
 *
 * Returns null if the peer, or a hop that a trusted proxy reported, cannot be parsed. Callers that decide by address
 * must then deny access.
 */
export function resolveClientAddress(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  trustedProxies: readonly Cidr[],
): string | null {
  if (peer === undefined) return null;
  let address = parsePeer(peer);
  if (address === null || trustedProxies.length === 0 || forwardedFor === undefined) return address?.text ?? null;

  const header = typeof forwardedFor === "string" ? forwardedFor : forwardedFor.join(",");
  if (header.trim() === "") return address.text;
  let end = header.length;
  for (let hops = 0; isListed(address, trustedProxies); hops += 1) {
    if (end === -1) return address.text;
    const comma = end === 0 ? -1 : header.lastIndexOf(",", end - 1);
    if (hops === hopsMax || end - comma > hopCharactersMax) return null;
    address = parseHop(trimSpaces(header.slice(comma + 1, end)));
    if (address === null) return null;
    end = comma;
  }
  return address.text;
}

/** Parses an address. Removes the zone of a link-local address, which is an interface of one machine. */
function parsePeer(text: string): Address | null {
  return parseAddress(text) ?? parseAddress(linkLocalWithZone.exec(text)?.groups?.["address"] ?? "");
}

/** Parses an entry of `X-Forwarded-For`, with or without a port. */
function parseHop(text: string): Address | null {
  const address = parsePeer(text);
  if (address !== null) return address;
  const { v4, v6, v4Port, v6Port } = addressWithPort.exec(text)?.groups ?? {};
  if (Number(v4Port ?? v6Port ?? 0) > portMax) return null;
  if (v4 !== undefined) return parseAddress(v4);
  // Only IPv6 addresses have brackets.
  return v6?.includes(":") === true ? parsePeer(v6) : null;
}

function isListed(address: Address, proxies: readonly Cidr[]): boolean {
  return proxies.some((proxy) => containsAddress(proxy, address));
}

/** Removes only optional whitespace as in RFC 9110, section 5.6.3. A no-break space does not belong to a list. */
function trimSpaces(hop: string): string {
  return hop.replace(/^[ \t]+|[ \t]+$/g, "");
}
