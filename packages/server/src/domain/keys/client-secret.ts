import { crc32 } from "node:zlib";

/** A source of unpredictable bytes, such as `randomBytes` of node:crypto. */
export type RandomBytes = (byteCount: number) => Buffer;

const checksumCharacters = 8;
const checkedForm = /^[a-z]{3}_[0-9a-f]{48}$/;

/** Returns a new client ID: `api_` and 24 hex digits (96 random bits). */
export function generateClientId(randomBytes: RandomBytes): string {
  return `api_${randomBytes(12).toString("hex")}`;
}

/**
 * Returns a new client secret: `sec_`, 40 hex digits (160 random bits), and the CRC-32 of these 44 characters as 8 hex
 * digits. The checksum detects typing mistakes without a lookup. It does not protect against forgery.
 */
export function generateClientSecret(randomBytes: RandomBytes): string {
  return generateCheckedText("sec", randomBytes);
}

/** Returns a new text with the form of a client secret, but with another prefix of three letters. */
export function generateCheckedText(prefix: string, randomBytes: RandomBytes): string {
  const body = `${prefix}_${randomBytes(20).toString("hex")}`;
  return body + computeChecksum(body);
}

/** Returns whether a text has this prefix, and the form and checksum of a generated text. It may still be invalid. */
export function hasCheckedForm(prefix: string, text: string): boolean {
  if (!text.startsWith(`${prefix}_`) || !checkedForm.test(text)) return false;
  return text.endsWith(computeChecksum(text.slice(0, -checksumCharacters)));
}

function computeChecksum(body: string): string {
  return crc32(body).toString(16).padStart(checksumCharacters, "0");
}
