import { parseAddress } from "./cidr.ts";

/** The networks a client address belongs to, each as a text to count by. */
interface ClientNetworks {
  /**
   * Where people are told apart: an IPv4 address itself, of IPv6 the first 64 bits, within which a single machine changes its
   * address at will (RFC 8981).
   */
  readonly network: string;
  /** What one subscriber can have of such networks: /24 of IPv4, /48 of IPv6 (RFC 6177). */
  readonly site: string;
  readonly version: 4 | 6;
}

/** Returns the networks of a client address; null for an address that cannot be read. */
export function findClientNetworks(address: string | null): ClientNetworks | null {
  const parsed = address === null ? null : parseAddress(address);
  if (parsed === null) return null;
  const { version, value, text } = parsed;
  return version === 4
    ? { version, network: text, site: `${value >> 8n}/24` }
    : { version, network: `${(value >> 64n).toString(16)}/64`, site: `${(value >> 80n).toString(16)}/48` };
}
