const CURSOR_CHARACTERS_MAX = 1024;
const CURSOR_FORM = /^[\w-]+$/;

/**
 * A cursor for `?cursor=`: the sort key of the last row of a page, in base64url. It is opaque but no secret: what it may show is
 * decided by the query it goes into, never by the cursor.
 */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The parts of a cursor exactly as {@link encodeCursor} wrote it, else `null`. Never throws; looks at 1024 characters at most. */
export function decodeCursor(text: string): readonly string[] | null {
  if (text.length > CURSOR_CHARACTERS_MAX || !CURSOR_FORM.test(text)) return null;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!isStrings(parts)) return null;
    // One text per cursor: other spellings of the same JSON or base64 are not ours.
    return encodeCursor(parts) === text ? parts : null;
  } catch {
    return null;
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === "string");
}
