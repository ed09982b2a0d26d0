import { ConfigurationError } from "../errors/errors.ts";

/** Values for the `{placeholders}` of a path template. */
export type PathValues = Readonly<Record<string, string>>;

/** Values for a query. Undefined values are omitted. */
export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * Fills a path template. Each value becomes exactly one encoded segment. Throws `ConfigurationError` for values that
 * would name another resource: empty strings, `.`, `..` and malformed text.
 */
export function fillPath(template: string, values: PathValues | undefined): string {
  if (values === undefined) return template;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeSegment(name, values[name]));
}

function encodeSegment(name: string, value: unknown): string {
  try {
    if (typeof value === "string" && !/^\.{0,2}$/.test(value)) return encodeURIComponent(value);
  } catch {
    // An unpaired surrogate cannot be encoded.
  }
  throw new ConfigurationError(`${name} must be an ID: a non-empty string other than "." and "..".`);
}

/** Returns a query with its leading `?`, or an empty string if no value is set. */
export function writeQuery(values: QueryValues = {}): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
}
