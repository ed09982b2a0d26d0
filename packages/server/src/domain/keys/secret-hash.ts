import { createHmac, createSecretKey, hash, hkdfSync, type KeyObject } from "node:crypto";

/** The digests of one pepper. `version` identifies the pepper in stored rows without revealing it. */
export interface PepperedHash {
  readonly version: string;
  /** Key of the audit trail's hash chain, 32 bytes. */
  readonly auditKey: Buffer;
  /** Returns the HMAC-SHA-256 of a client secret, 32 bytes. */
  hash(secret: string): Buffer;
  /** Returns the HMAC-SHA-256 of another token, 32 bytes, with a separate key per purpose. */
  digestToken(purpose: string, text: string): Buffer;
}

/** Digests with the current pepper, for writing, and with all accepted peppers, for lookups. */
export interface SecretHasher {
  readonly current: PepperedHash;
  /** All peppers, the current one first. */
  readonly all: readonly PepperedHash[];
  /** Same as `current.digestToken`. */
  digestToken(purpose: string, text: string): Buffer;
}

const keyBytes = 32;
const versionBytes = 4;

/**
 * Returns a hasher for one or more peppers (contract, section 2). The first pepper is the current one. Each purpose has
 * its own derived key. Throws a RangeError if there is no pepper, an empty one or a duplicate.
 */
export function createSecretHasher(peppers: readonly string[]): SecretHasher {
  const all = peppers.map(createPepperedHash);
  const [current] = all;
  if (current === undefined) throw new RangeError("At least one pepper is required.");
  if (new Set(all.map(({ version }) => version)).size !== all.length) {
    throw new RangeError("The list contains the same pepper twice. List each pepper once, the current one first.");
  }
  return { current, all, digestToken: (purpose, text) => current.digestToken(purpose, text) };
}

/**
 * Returns the 32-byte key of one purpose (HKDF-SHA-256, RFC 5869). Keys of different purposes do not reveal each other.
 */
export function deriveKey(pepper: string, purpose: string): Buffer {
  return derive(pepper, `key/${purpose}`, keyBytes);
}

function createPepperedHash(pepper: string): PepperedHash {
  if (pepper.length === 0) throw new RangeError("A pepper is empty. Remove it, or use at least 32 bytes.");
  const tokenKeys = new Map<string, KeyObject>();
  return {
    version: derive(pepper, "version", versionBytes).toString("hex"),
    auditKey: deriveKey(pepper, "audit-chain"),
    hash: createShortHmac(deriveKey(pepper, "client-secret")),
    digestToken(purpose, text) {
      let key = tokenKeys.get(purpose);
      if (key === undefined) {
        key = createSecretKey(deriveKey(pepper, `token/${purpose}`));
        tokenKeys.set(purpose, key);
      }
      return computeHmac(key, text);
    },
  };
}

function derive(pepper: string, info: string, byteCount: number): Buffer {
  return Buffer.from(hkdfSync("sha256", pepper, "briksync", info, byteCount));
}

function computeHmac(key: KeyObject, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}

const blockBytes = 64;
const shortTextBytesMax = 1024;

/**
 * Computes HMAC-SHA-256 by its definition (RFC 2104, section 2), for keys of at most one block. Two one-shot hashes
 * cost less than half of `createHmac`, which is a large part of verify, and need no cleanup.
 */
function createShortHmac(key: Buffer): (text: string) => Buffer {
  const inner = Buffer.alloc(blockBytes + shortTextBytesMax, 0x36);
  const outer = Buffer.alloc(blockBytes + 32, 0x5c);
  for (const [index, byte] of key.entries()) {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  }
  return (text) => {
    // UTF-8 has at most 3 bytes per JavaScript character.
    if (text.length * 3 > shortTextBytesMax) return createHmac("sha256", key).update(text, "utf8").digest();
    const length = inner.write(text, blockBytes, "utf8");
    outer.write(hash("sha256", inner.subarray(0, blockBytes + length), "binary"), blockBytes, "binary");
    return Buffer.from(hash("sha256", outer, "binary"), "binary");
  };
}
