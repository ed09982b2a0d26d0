import { type Address, type Cidr, containsAddress, parseAddress } from "./cidr.ts";

/** More listed proxies in a row than any real path has; beyond it the header is taken for an attack. */
const HOPS_MAX = 32;
/** An IPv6 address of 45 characters and a few spaces around it. */
const HOP_CHARACTERS_MAX = 64;

/**
 * The address a request comes from, in canonical text: the socket's peer, unless the peer is a listed proxy; then the
 * first address of `X-Forwarded-For`, read from the right, that is not a listed proxy itself. If all are listed it is
 * the left-most, and the peer when the header is missing. `null` when the peer, or a hop that a listed proxy vouched
 * for, cannot be read: whoever decides by address must deny then.
 */
export function resolveClientAddress(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  trustedProxies: readonly Cidr[],
): string | null {
  if (peer === undefined) return null;
  let address = parseAddress(peer);
  if (address === null || trustedProxies.length === 0 || forwardedFor === undefined) return address?.text ?? null;

  const header = typeof forwardedFor === "string" ? forwardedFor : forwardedFor.join(",");
  if (header.trim() === "") return address.text;
  let end = header.length;
  for (let hops = 0; isListed(address, trustedProxies); hops += 1) {
    if (end === -1) return address.text;
    const comma = end === 0 ? -1 : header.lastIndexOf(",", end - 1);
    if (hops === HOPS_MAX || end - comma > HOP_CHARACTERS_MAX) return null;
    address = parseAddress(trimSpaces(header.slice(comma + 1, end)));
    if (address === null) return null;
    end = comma;
  }
  return address.text;
}

function isListed(address: Address, proxies: readonly Cidr[]): boolean {
  return proxies.some((proxy) => containsAddress(proxy, address));
}

/** Only what RFC 9110, section 5.6.3 calls optional whitespace; a no-break space is no part of a list. */
function trimSpaces(hop: string): string {
  return hop.replace(/^[ \t]+|[ \t]+$/g, "");
}
