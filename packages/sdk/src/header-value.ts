import { ConfigurationError } from "./errors.ts";

const VISIBLE_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Returns a text that may stand in a header, or throws `ConfigurationError` naming the option and never the
 * text: line breaks and control characters would let it write headers of its own.
 */
export function checkHeaderValue(name: string, text: unknown): string {
  if (typeof text !== "string" || text === "")
    throw new ConfigurationError(`${name} must be a text that is not empty.`);
  if (!isHeaderValue(text)) {
    throw new ConfigurationError(`${name} has characters that no header may have, or white space around it.`);
  }
  return text;
}

/** Whether a text may stand in a header as it is. */
export function isHeaderValue(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}
