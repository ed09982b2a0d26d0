import { crc32 } from "node:zlib";

/** A source of unpredictable bytes, such as `randomBytes` of node:crypto. */
export type RandomBytes = (byteCount: number) => Buffer;

const CHECKSUM_CHARACTERS = 8;
const CLIENT_ID_FORM = /^api_[0-9a-f]{24}$/;
const CLIENT_SECRET_FORM = /^sec_[0-9a-f]{48}$/;

/** A new public client id: `api_` and 24 hex characters (96 random bits). */
export function generateClientId(randomBytes: RandomBytes): string {
  return `api_${randomBytes(12).toString("hex")}`;
}

/**
 * A new client secret: `sec_`, 40 hex characters (160 random bits), and the CRC-32 of those 44 characters as 8 hex characters,
 * so that a mistyped or foreign string is recognized without a look-up. The checksum finds mistakes; anyone can forge it.
 */
export function generateClientSecret(randomBytes: RandomBytes): string {
  const body = `sec_${randomBytes(20).toString("hex")}`;
  return body + computeChecksum(body);
}

/** Whether the text could be a client secret of ours: form and checksum. Says nothing about whether it is valid. */
export function hasClientSecretForm(text: string): boolean {
  if (!CLIENT_SECRET_FORM.test(text)) return false;
  return text.endsWith(computeChecksum(text.slice(0, -CHECKSUM_CHARACTERS)));
}

/** Whether the text could be a client id of ours. Says nothing about whether there is such a key. */
export function hasClientIdForm(text: string): boolean {
  return CLIENT_ID_FORM.test(text);
}

function computeChecksum(body: string): string {
  return crc32(body).toString(16).padStart(CHECKSUM_CHARACTERS, "0");
}
