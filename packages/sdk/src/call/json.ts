/** A JSON object. */
export type JsonRecord = Record<string, unknown>;

/** Whether a value is an object with fields, not an array. */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Parses JSON, with or without a byte order mark before it. Returns undefined for anything else. The parser's own error would
 * quote the text, which may hold a secret.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    return undefined;
  }
}
