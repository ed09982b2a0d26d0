/** A JSON object. */
export type JsonRecord = Record<string, unknown>;

/** Returns whether a value is an object and not an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON, with or without a byte order mark. Returns undefined for anything else. The error of the parser would
 * quote the text, which may contain a secret.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}
