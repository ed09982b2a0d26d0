import { containsAddress, parseAddress, parseCidr } from "../generated/cidr.ts";
import { refuseField } from "./fake-refusal.ts";

/** Returns a network in canonical form. */
export function readCidr(text: unknown, path: string): string {
  if (typeof text !== "string") throw refuseField(path, "must be string");
  const parsed = parseCidr(text);
  if (!parsed.ok) throw refuseField(path, parsed.message);
  return parsed.cidr.text;
}

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
