import { sanitizeText } from "./sanitize.ts";

/** Quotes an argument for a command line that users copy. The argument may contain text from a server. */
export function quoteArgument(text: string): string {
  const safe = sanitizeText(text);
  return /^[\w@.,:/-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
