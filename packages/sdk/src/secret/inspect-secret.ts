/** What `inspectSecret` found: `reason` is a sentence that says what is wrong, absent when the secret is well formed. */
export interface SecretInspection {
  readonly valid: boolean;
  readonly reason?: string;
}

const PREFIX = "sec_";
const RANDOM_HEX_LENGTH = 40;
const CHECKSUM_HEX_LENGTH = 8;
const CHECKED_LENGTH = PREFIX.length + RANDOM_HEX_LENGTH;
const FULL_LENGTH = CHECKED_LENGTH + CHECKSUM_HEX_LENGTH;

/**
 * Checks offline whether a text can be a `clientSecret`: `sec_` + 48 lower-case hex digits, the last 8
 * being the CRC-32 (IEEE 802.3) of the 44 characters before them. It says nothing about whether a server
 * accepts it, and the reason never repeats the text.
 */
export function inspectSecret(text: string): SecretInspection {
  const reason = findFault(text);
  return reason === null ? { valid: true } : { valid: false, reason };
}

function findFault(text: string): string | null {
  if (text === "") return "It is empty.";
  if (text !== text.trim()) return "It has white space around it.";
  if (text.startsWith("api_")) return "It starts with api_: this is a client id, not a client secret.";
  if (!text.startsWith(PREFIX)) return `It does not start with ${PREFIX}.`;
  if (!/^[0-9a-f]*$/.test(text.slice(PREFIX.length))) {
    return `After ${PREFIX} it has characters other than 0-9 and a-f.`;
  }
  if (text.length !== FULL_LENGTH) return `It has ${text.length} characters instead of ${FULL_LENGTH}.`;
  const expected = computeCrc32(text.slice(0, CHECKED_LENGTH)).toString(16).padStart(CHECKSUM_HEX_LENGTH, "0");
  if (text.slice(CHECKED_LENGTH) !== expected) {
    return "Its checksum does not match: a character is mistyped, or it is not from BrikSync.";
  }
  return null;
}

/** CRC-32 as in IEEE 802.3 (reflected, polynomial 0xEDB88320) of an ASCII text, as an unsigned number. */
export function computeCrc32(ascii: string): number {
  let remainder = 0xffffffff;
  for (let index = 0; index < ascii.length; index++) {
    remainder ^= ascii.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return (remainder ^ 0xffffffff) >>> 0;
}
