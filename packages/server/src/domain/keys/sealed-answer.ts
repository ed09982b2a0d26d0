import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import type { RandomBytes } from "./client-secret.ts";
import type { PepperedHash } from "./secret-hash.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const INFO = "briksync/idempotency-seal/v2";
/** Version 0.1.0 sealed under the client's key alone. Such answers expire 24 hours after the update. */
const INFO_WITHOUT_PEPPER = "briksync/idempotency-seal/v1";

/** What opens a sealed answer: something only the client has, something only the server has, and the answer's place. */
export interface Seal {
  /** The Idempotency-Key. It may be easy to guess. The server never stores it (contract, section 4). */
  readonly clientKey: string;
  /** The pepper of the answer's record. A copy of the database alone opens nothing without it. */
  readonly pepper: Pick<PepperedHash, "digestToken">;
  /** Tenant, user, key and operation: an answer cannot be moved to another call. */
  readonly context: string;
}

/** Seals a text with AES-256-GCM under HKDF-SHA-256 of the client's key and the pepper: salt, nonce, tag, ciphertext. */
export function sealAnswer(text: string, seal: Seal, randomBytes: RandomBytes): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, deriveSealKey(seal, salt), nonce);
  cipher.setAAD(Buffer.from(seal.context, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), ciphertext]);
}

/**
 * Opens what `sealAnswer` made, in this version or in 0.1.0. Returns null if the key, the pepper or the context is not the
 * one that it was sealed with, or if bytes were changed.
 */
export function openAnswer(sealed: Buffer, seal: Seal): string | null {
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
