import { ConfigurationError } from "./errors.ts";

/** Values for the `{placeholders}` of a path template. */
export type PathValues = Readonly<Record<string, string>>;

/** Values for a query; undefined ones are left out. */
export type QueryValues = Readonly<Record<string, string | number | undefined>>;

/**
 * Fills a path template. Each value becomes exactly one encoded segment; one that is empty, `.`, `..` or
 * no text would name another resource and throws `ConfigurationError`.
 */
export function fillPath(template: string, values: PathValues | undefined): string {
  if (values === undefined) return template;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => encodeSegment(name, values[name]));
}

function encodeSegment(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value === "." || value === "..") {
    throw new ConfigurationError(`${name} must be an id: a text that is not empty, "." or "..".`);
  }
  return encodeText(name, value);
}

function encodeText(name: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new ConfigurationError(`${name} is not well-formed Unicode.`);
  }
}

/** Writes a query with its leading `?`, or nothing when no value is set. */
export function writeQuery(values: QueryValues | undefined): string {
  if (values === undefined) return "";
  let query = "";
  for (const name in values) {
    const value = values[name];
    if (value === undefined) continue;
    query += `${query === "" ? "?" : "&"}${name}=${encodeText(name, String(value))}`;
  }
  return query;
}
