import { type AppError, invalidField } from "../errors.ts";

/** A page of a list. `nextCursor` is null on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/** Which page of a list to return. */
export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

const cursorCharactersMax = 1024;
const cursorForm = /^[\w-]+$/;

/**
 * Returns a cursor for `?cursor=`: the sort key of the last row of a page, in base64url. It is opaque, but not secret.
 * The query decides which rows the caller can see.
 */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/**
 * Returns the parts of a cursor that {@link encodeCursor} wrote, or null. Never throws, and reads at most 1024
 * characters.
 */
export function decodeCursor(text: string): readonly string[] | null {
  if (text.length > cursorCharactersMax || !cursorForm.test(text)) return null;
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

/**
 * Returns the place in a list that a cursor with two parts contains, or undefined without a cursor.
 * @throws {AppError} VALIDATION_FAILED.
 */
export function readPlace(cursor: string | undefined): { readonly rank: string; readonly id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [rank, id] = decodeCursor(cursor) ?? [];
  if (rank === undefined || id === undefined) throw refuseCursor();
  return { rank, id };
}

/** Returns the error for a text that is not a cursor of the list. */
export function refuseCursor(): AppError {
  return invalidField("/cursor", "is not a cursor from this list");
}
