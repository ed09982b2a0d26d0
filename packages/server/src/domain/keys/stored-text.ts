import { invalidField } from "../../errors.ts";
import { parseCidr } from "../network/cidr.ts";

/** Everything an address, a range or an interface's name behind a zone id is written with. */
const addressCharacters = /^[\da-f:.]*(?:\/\d*)?(?:%\w{0,15})?$/i;

/**
 * The range in canonical text, or a sentence for whoever wrote it. The text is repeated only where it could be an address: in
 * the wrong field it may be a secret, and messages end up in other people's logs.
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
 * Refuses a client secret in text that is stored and shown: pasted into a name or note it would be kept in clear (S-10).
 * @throws {AppError} VALIDATION_FAILED.
 */
export function refuseSecret(path: string, text: string): void {
  if (/sec_[0-9a-f]{48}/.test(text)) throw invalidField(path, "contains a client secret. Do not store secrets here");
}
