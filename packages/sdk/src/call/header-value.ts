import { ConfigurationError } from "../errors/errors.ts";

const visibleAscii = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/**
 * Returns a string that is valid as a header value. Otherwise throws `ConfigurationError` with the name of the option,
 * but not the value. Line breaks and control characters could inject other headers.
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

/**
 * Returns a string that is valid as an Idempotency-Key, or throws `ConfigurationError`. Quotes would change its
 * meaning.
 */
export function checkIdempotencyKey(text: unknown): string {
  if (typeof text === "string" && /^(?!")[!-~]{1,255}$/.test(text)) return text;
  throw new ConfigurationError(
    "idempotencyKey must have 1 to 255 visible ASCII characters and must not start with a quote.",
  );
}

/** Returns whether a string is valid as a header value. */
export function isHeaderValue(text: string): boolean {
  return visibleAscii.test(text);
}
