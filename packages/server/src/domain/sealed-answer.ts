import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { RandomBytes } from "./client-secret.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO = "briksync/idempotency-seal/v1";

/** What opens a sealed answer: something only the client has, and what the answer belongs to. */
export interface Seal {
  /** The Idempotency-Key. It is never stored, so a stolen database opens nothing (contract, section 4). */
  readonly clientKey: string;
  /** Tenant, user, key and operation: an answer cannot be moved to another call. */
  readonly context: string;
}

/** Seals a text with AES-256-GCM under HKDF-SHA-256 of the client's key: salt, nonce, tag, ciphertext. */
export function sealAnswer(text: string, { clientKey, context }: Seal, randomBytes: RandomBytes): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, deriveSealKey(clientKey, salt), nonce);
  cipher.setAAD(Buffer.from(context, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), ciphertext]);
}

/** Opens what `sealAnswer` made; null where key or context are not the ones it was sealed with, or bytes were changed. */
export function openAnswer(sealed: Buffer, { clientKey, context }: Seal): string | null {
  const nonceAt = SALT_BYTES;
  const tagAt = nonceAt + NONCE_BYTES;
  const textAt = tagAt + TAG_BYTES;
  if (sealed.length < textAt) return null;
  const key = deriveSealKey(clientKey, sealed.subarray(0, nonceAt));
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(nonceAt, tagAt), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, "utf8"));
  decipher.setAuthTag(sealed.subarray(tagAt, textAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function deriveSealKey(clientKey: string, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", clientKey, salt, INFO, KEY_BYTES));
}
