const CURSOR_CHARACTERS_MAX = 1024;
const CURSOR_FORM = /^[\w-]+$/;

/**
 * Returns a cursor for `?cursor=`: the sort key of the last row of a page, in base64url. It is opaque, but not secret.
 * The query decides what it may show.
 */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/**
 * Returns the parts of a cursor that {@link encodeCursor} wrote, or null. Never throws, and reads at most 1024
 * characters.
 */
export function decodeCursor(text: string): readonly string[] | null {
  if (text.length > CURSOR_CHARACTERS_MAX || !CURSOR_FORM.test(text)) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!isStrings(parts)) return null;
    // Refuses other encodings of the same JSON or base64.
    return encodeCursor(parts) === text ? parts : null;
  } catch {
    return null;
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}
