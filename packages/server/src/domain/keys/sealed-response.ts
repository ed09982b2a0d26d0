import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { RandomBytes } from "./client-secret.ts";
import type { PepperedHash } from "./secret-hash.ts";

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const sealInfo = "briksync/idempotency-seal/v2";
/**
 * The HKDF info of version 0.1.0, which used only the client's key. Such responses expire 24 hours after the update.
 */
const sealInfoWithoutPepper = "briksync/idempotency-seal/v1";

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
  const salt = randomBytes(saltBytes);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, deriveSealKey(seal, salt), nonce);
  cipher.setAAD(Buffer.from(seal.context, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), ciphertext]);
}

/**
 * Decrypts the result of `sealResponse` of this version or 0.1.0. Returns null if the key, pepper or context is
 * different, or if the data was changed.
 */
export function openSealedResponse(sealed: Buffer, seal: Seal): string | null {
  if (sealed.length < saltBytes + nonceBytes + tagBytes) return null;
  const salt = sealed.subarray(0, saltBytes);
  return (
    openUnder(deriveSealKey(seal, salt), sealed, seal.context) ??
    openUnder(deriveSealKeyWithoutPepper(seal, salt), sealed, seal.context)
  );
}

function openUnder(key: Buffer, sealed: Buffer, context: string): string | null {
  const tagAt = saltBytes + nonceBytes;
  const textAt = tagAt + tagBytes;
  const decipher = createDecipheriv(algorithm, key, sealed.subarray(saltBytes, tagAt), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context, "utf8"));
  decipher.setAuthTag(sealed.subarray(tagAt, textAt));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function deriveSealKey({ clientKey, pepper }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", pepper.digestToken("sealed-answer", clientKey), salt, sealInfo, keyBytes));
}

function deriveSealKeyWithoutPepper({ clientKey }: Seal, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", clientKey, salt, sealInfoWithoutPepper, keyBytes));
}
