import { parseAddress } from "./cidr.ts";

/**
 * The network a client address stands for where people are told apart: an IPv4 address itself, of IPv6 the first 64 bits,
 * within which a single machine changes its address at will (RFC 8981). "unreadable" for none.
 */
export function toClientNetwork(address: string | null): string {
  const parsed = address === null ? null : parseAddress(address);
  if (parsed === null) return "unreadable";
  return parsed.version === 4 ? parsed.text : (parsed.value >> 64n).toString(16);
}
