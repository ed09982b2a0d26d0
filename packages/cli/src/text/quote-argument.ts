import { sanitizeText } from "./sanitize.ts";

/** An argument as it may stand in a command line that is shown to be copied, whatever a server put into it. */
export function quoteArgument(text: string): string {
  const safe = sanitizeText(text);
  return /^[\w@.,:/-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
