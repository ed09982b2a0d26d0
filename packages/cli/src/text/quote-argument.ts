import type { Host } from "../host.ts";
import { sanitizeText } from "./sanitize.ts";

/** Quotes an argument for a command line that users copy. The argument may contain text from a server. */
export function quoteArgument(text: string): string {
  const safe = sanitizeText(text);
  return /^[\w@.,:/-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** Returns the command line of this run for copying into a shell, optionally with another flag. */
export function quoteCommand({ argv }: Pick<Host, "argv">, flag?: string): string {
  // Words after `--` are not flags.
  const end = argv.indexOf("--");
  const words = flag === undefined ? argv : end === -1 ? [...argv, flag] : argv.toSpliced(end, 0, flag);
  return ["briksync", ...words.map(quoteArgument)].join(" ");
}
