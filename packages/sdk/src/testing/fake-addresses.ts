import { containsAddress, parseAddress, parseCidr } from "../generated/cidr.ts";

/** Returns whether an address is in one of the networks. An empty list contains every address. */
export function isAmong(cidrs: readonly string[], ip: string): boolean {
  return cidrs.length === 0 || cidrs.some((cidr) => isWithin(cidr, ip));
}

/** Returns whether an address is in a network. */
export function isWithin(cidr: string, ip: string): boolean {
  const parsed = parseCidr(cidr);
  const address = parseAddress(ip);
  return parsed.ok && address !== null && containsAddress(parsed.cidr, address);
}
