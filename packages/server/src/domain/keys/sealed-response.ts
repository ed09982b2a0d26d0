import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { RandomBytes } from "./client-secret.ts";
import type { PepperedHash } from "./secret-hash.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO = "briksync/idempotency-seal/v2";
/**
 * The HKDF info of version 0.1.0, which used only the client's key. Such responses expire 24 hours after the update.
 */
const INFO_WITHOUT_PEPPER = "briksync/idempotency-seal/v1";

/** The inputs of a seal: a secret of the client, a secret of the server, and the context of the response. */
export interface Seal {
  /** The Idempotency-Key. It may be easy to guess, and the server never stores it (contract, section 4). */
  readonly clientKey: string;
  /** The pepper of the record. Without it, a copy of the database decrypts nothing. */
  readonly pepper: Pick<PepperedHash, "digestToken">;
  /** Company, user, key and operation, so that a response cannot be moved to another call. */
  readonly context: string;
}

/**
 * Encrypts a text with AES-256-GCM. The key is derived with HKDF-SHA-256 from the client's key and the pepper. The
 * result contains salt, nonce, tag and ciphertext.
 */
export function sealResponse(text: string, seal: Seal, randomBytes: RandomBytes): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, deriveSealKey(seal, salt), nonce);
  cipher.setAAD(Buffer.from(seal.context, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), ciphertext]);
}

/**
 * Decrypts the result of `sealResponse` of this version or 0.1.0. Returns null if the key, pepper or context is
 * different, or if the data was changed.
 */
export function openSealedResponse(sealed: Buffer, seal: Seal): string | null {
  if (sealed.length < SALT_BYTES + NONCE_BYTES + TAG_BYTES) return null;
  const salt = sealed.subarray(0, SALT_BYTES);
  return (
    openUnder(deriveSealKey(seal, salt), sealed, seal.context) ??
    openUnder(deriveSealKeyWithoutPepper(seal, salt), sealed, seal.context)
  );
}

function openUnder(key: Buffer, sealed: Buffer, context: string): string | null {
  const tagAt = SALT_BYTES + NONCE_BYTES;
  const textAt = tagAt + TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(SALT_BYTES, tagAt), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context, "utf8"));
  decipher.setAuthTag(sealed.subarray(tagAt, textAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function deriveSealKey({ clientKey, pepper }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", pepper.digestToken("sealed-answer", clientKey), salt, INFO, KEY_BYTES));
}

function deriveSealKeyWithoutPepper({ clientKey }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", clientKey, salt, INFO_WITHOUT_PEPPER, KEY_BYTES));
}
