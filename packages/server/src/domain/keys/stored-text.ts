import { invalidField } from "../../errors.ts";
import { parseCidr } from "../network/cidr.ts";
import { parseTimestamp } from "../timestamp.ts";

/** Characters of addresses, CIDR ranges and zone IDs. */
const addressCharacters = /^[\da-f:.]*(?:\/\d*)?(?:%\w{0,15})?$/i;

/**
 * Parses a CIDR range. The error message repeats the text only if it could be an address. Otherwise it may be a
 * misplaced secret that would end up in logs.
 */
export function readCidr(
  text: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  if (!addressCharacters.test(text)) {
    return {
      ok: false,
      message:
        "is not an IP address or CIDR range. It can contain only digits, a–f, dots, colons and one slash. " +
        "Examples: 203.0.113.7, 203.0.113.0/24, 2001:db8::/32",
    };
  }
  const parsed = parseCidr(text);
  return parsed.ok ? { ok: true, text: parsed.cidr.text } : parsed;
}

/**
 * Returns an expiry in canonical form. It must be in the future.
 * @throws {AppError} VALIDATION_FAILED.
 */
export function requireFuture(text: string, now: Date): string {
  const expiresAt = parseTimestamp(text);
  if (expiresAt === null) throw invalidField("/expiresAt", "must be a time such as 2026-02-01T10:30:00.000Z");
  if (expiresAt <= now.toISOString()) throw invalidField("/expiresAt", "must be in the future");
  return expiresAt;
}

/**
 * Refuses text that contains a client secret. Names and notes are stored and shown in plain text (S-10).
 * @throws {AppError} VALIDATION_FAILED.
 */
export function refuseSecret(path: string, text: string): void {
  if (/sec_[0-9a-f]{48}/.test(text)) throw invalidField(path, "contains a client secret. Do not store secrets here");
}
