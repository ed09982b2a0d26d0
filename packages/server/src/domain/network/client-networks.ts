import { parseAddress } from "./cidr.ts";

/** The networks of a client address, as keys for counters. */
interface ClientNetworks {
  /**
   * The network that identifies a client: an IPv4 address, or the first 64 bits of an IPv6 address. A single machine
   * can change its address within these (RFC 8981).
   */
  readonly network: string;
  /** The networks of one subscriber: /24 of IPv4, /48 of IPv6 (RFC 6177). */
  readonly site: string;
  readonly version: 4 | 6;
}

/** Returns the networks of a client address, or null if the address is unreadable. */
export function findClientNetworks(address: string | null): ClientNetworks | null {
  const parsed = address === null ? null : parseAddress(address);
  if (parsed === null) return null;
  const { version, value, text } = parsed;
  return version === 4
    ? { version, network: text, site: `${value >> 8n}/24` }
    : { version, network: `${(value >> 64n).toString(16)}/64`, site: `${(value >> 80n).toString(16)}/48` };
}

/**
 * Returns the holder of a turn for calls that need no session: an IPv4 address, or the first 48 bits of an IPv6
 * address. A subscriber of IPv6 has 65,536 networks of 64 bits, so a limit per network would let them fill the queue.
 * All unreadable addresses share one holder.
 */
export function findTurnHolder(address: string | null): string {
  const networks = findClientNetworks(address);
  if (networks === null) return "";
  return networks.version === 6 ? networks.site : networks.network;
}
