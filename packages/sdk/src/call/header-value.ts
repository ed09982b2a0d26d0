import { ConfigurationError } from "../errors/errors.ts";

const VISIBLE_ASCII = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Returns a text that may stand in a header, or throws `ConfigurationError` naming the option and never the
 * text: line breaks and control characters would let it write headers of its own.
 */
export function checkHeaderValue(name: string, text: unknown): string {
  if (typeof text !== "string" || text === "") throw new ConfigurationError(`${name} must be a non-empty string.`);
  if (!isHeaderValue(text)) {
    throw new ConfigurationError(
      `${name} contains characters that are not allowed in a header, or starts or ends with whitespace.`,
    );
  }
  return text;
}

/** Returns a text that may be an Idempotency-Key, or throws `ConfigurationError`. In quotes it would say another one. */
export function checkIdempotencyKey(text: unknown): string {
  if (typeof text === "string" && /^(?!")[!-~]{1,255}$/.test(text)) return text;
  throw new ConfigurationError(
    "idempotencyKey must have 1 to 255 visible ASCII characters and must not start with a quote.",
  );
}

/** Whether a text may stand in a header as it is. */
export function isHeaderValue(text: string): boolean {
  return VISIBLE_ASCII.test(text);
}
