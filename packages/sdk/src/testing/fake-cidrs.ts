import { parseCidr } from "../generated/cidr.ts";
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
