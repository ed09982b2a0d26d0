import { type Address, type Cidr, containsAddress, parseAddress } from "./cidr.ts";

/** More listed proxies in a row than any real path has; beyond it the header is taken for an attack. */
const HOPS_MAX = 32;
/** An IPv6 address of 45 characters with brackets, a zone and a port, and a few spaces around it. */
const HOP_CHARACTERS_MAX = 96;
/** `192.0.2.10:443`, `[2001:db8::1]:443` or `[2001:db8::1]`, as some gateways write the address of their peer. */
const addressWithPort =
  /^(?:\[(?<v6>[0-9a-f:.]+(?:%[^%\]]+)?)\](?::(?<v6Port>\d{1,5}))?|(?<v4>[\d.]+):(?<v4Port>\d{1,5}))$/i;
/** An address that is valid on one link only (RFC 4291, section 2.5.6), with the interface that it is reached through. */
const linkLocalWithZone = /^(?<address>fe[89ab][0-9a-f]:[0-9a-f:]*)%[\w.~-]{1,32}$/i;
const portMax = 65_535;

/**
 * Returns the address that a request comes from, in canonical text: the socket's peer, unless the peer is a listed proxy.
 * Then it is the first address of `X-Forwarded-For`, read from the right, that is not a listed proxy itself. If all of them
 * are listed, it is the left-most one, and the peer if the header is missing. A port and the zone of a link-local address are
 * dropped. Returns `null` if the peer, or a hop that a listed proxy vouched for, cannot be read: callers that decide by
 * address must deny then.
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
    if (hops === HOPS_MAX || end - comma > HOP_CHARACTERS_MAX) return null;
    address = parseHop(trimSpaces(header.slice(comma + 1, end)));
    if (address === null) return null;
    end = comma;
  }
  return address.text;
}

/** Reads an address; of a link-local one without its zone, which names an interface of one machine. */
function parsePeer(text: string): Address | null {
  return parseAddress(text) ?? parseAddress(linkLocalWithZone.exec(text)?.groups?.["address"] ?? "");
}

/** Reads an entry of `X-Forwarded-For`: an address, with or without the port of the connection. */
function parseHop(text: string): Address | null {
  const address = parsePeer(text);
  if (address !== null) return address;
  const { v4, v6, v4Port, v6Port } = addressWithPort.exec(text)?.groups ?? {};
  if (Number(v4Port ?? v6Port ?? 0) > portMax) return null;
  if (v4 !== undefined) return parseAddress(v4);
  // Brackets are for IPv6 only.
  return v6?.includes(":") === true ? parsePeer(v6) : null;
}

function isListed(address: Address, proxies: readonly Cidr[]): boolean {
  return proxies.some((proxy) => containsAddress(proxy, address));
}

/** Only what RFC 9110, section 5.6.3 calls optional whitespace; a no-break space is no part of a list. */
function trimSpaces(hop: string): string {
  return hop.replace(/^[ \t]+|[ \t]+$/g, "");
}
