import { containsAddress, parseAddress, parseCidr } from "../generated/cidr.ts";
import { refuseField } from "./fake-refusal.ts";

const LIST_MAX = 100;

/** Returns the networks of an optional list in canonical form, without duplicates. */
export function readCidrs(list: unknown, field: string): string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length > LIST_MAX) throw refuseField(`/${field}`, "must have at most 100 entries");
  return [...new Set(list.map((cidr, index) => readCidr(cidr, `/${field}/${index}`)))];
}

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
