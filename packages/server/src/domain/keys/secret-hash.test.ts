import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateClientSecret } from "./client-secret.ts";
import { createSecretHasher, deriveKey } from "./secret-hash.ts";

const first = "the first pepper, thirty-two bytes or more";
const second = "the second pepper, thirty-two bytes or more";
const secret = generateClientSecret(randomBytes);

/** Computes HKDF (RFC 5869) for one block of output, from its definition. */
function expandOneBlock(pepper: string, info: string): Buffer {
  const pseudoRandomKey = createHmac("sha256", "briksync").update(pepper).digest();
  return createHmac("sha256", pseudoRandomKey).update(info).update(Buffer.of(1)).digest();
}

describe("createSecretHasher", () => {
  it("S-10 hashes a secret with HMAC-SHA-256 and a key derived from the pepper", () => {
    const key = expandOneBlock(first, "key/client-secret");
    expect(createSecretHasher([first]).current.hash(secret)).toEqual(createHmac("sha256", key).update(secret).digest());
  });

  it("S-10 hashes text of any length and script in the same way", () => {
    const key = expandOneBlock(first, "key/client-secret");
    const hasher = createSecretHasher([first]).current;
    const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.string({ minLength: 300, maxLength: 1_200 }));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        // One text after another, because a text must not affect the next one.
        for (const each of texts) {
          expect(hasher.hash(each)).toEqual(createHmac("sha256", key).update(each, "utf8").digest());
        }
      }),
    );
    const kept = hasher.hash("a");
    hasher.hash("b");
    expect(kept).toEqual(hasher.hash("a"));
  });

  it("S-10 returns the same hash after a restart, and another one with another pepper", () => {
    const hash = createSecretHasher([first]).current.hash(secret);
    expect(createSecretHasher([first]).current.hash(secret)).toEqual(hash);
    expect(createSecretHasher([second]).current.hash(secret)).not.toEqual(hash);
    expect(createSecretHasher([first]).current.hash(`${secret} `)).not.toEqual(hash);
  });

  it("S-10 hashes with the first pepper, and still accepts the others", () => {
    const before = createSecretHasher([first]);
    const after = createSecretHasher([second, first]);
    expect(after.current.version).not.toBe(before.current.version);
    expect(after.all.map(({ version }) => version)).toEqual([after.current.version, before.current.version]);
    const known = after.all.find(({ version }) => version === before.current.version);
    expect(known?.hash(secret)).toEqual(before.current.hash(secret));
    expect(known?.digestToken("refresh-token", "t")).toEqual(before.digestToken("refresh-token", "t"));
    expect(known?.auditKey).toEqual(deriveKey(first, "audit-chain"));
  });

  it("S-10 identifies a pepper by a fingerprint that shares nothing with any key", () => {
    const { current } = createSecretHasher([first]);
    expect(current.version).toMatch(/^[0-9a-f]{8}$/);
    const outputs = ["audit-chain", "client-secret", "version"].map((purpose) =>
      deriveKey(first, purpose).toString("hex"),
    );
    expect(outputs.some((output) => output.includes(current.version))).toBe(false);
    expect(Buffer.from(first).toString("hex")).not.toContain(current.version);
  });

  it("S-10 uses another key for every purpose", () => {
    const hasher = createSecretHasher([first]);
    const digests = [
      hasher.current.hash(secret),
      hasher.digestToken("refresh-token", secret),
      hasher.digestToken("client-secret", secret),
      hasher.digestToken("key/client-secret", secret),
      createHmac("sha256", deriveKey(first, "audit-chain")).update(secret).digest(),
      createHmac("sha256", first).update(secret).digest(),
    ].map((digest) => digest.toString("hex"));
    expect(new Set(digests).size).toBe(digests.length);
    expect(hasher.digestToken("refresh-token", secret)).toEqual(hasher.current.digestToken("refresh-token", secret));
  });

  it("S-10 refuses no pepper, an empty one, and the same one twice", () => {
    expect(() => createSecretHasher([])).toThrow(RangeError);
    expect(() => createSecretHasher([first, ""])).toThrow("A pepper is empty");
    expect(() => createSecretHasher([first, second, first])).toThrow("the same pepper twice");
  });
});

describe("deriveKey", () => {
  it("S-10 is HKDF-SHA-256 and returns 32 bytes", () => {
    expect(deriveKey(first, "audit-chain")).toEqual(expandOneBlock(first, "key/audit-chain"));
    expect(deriveKey(first, "audit-chain")).toHaveLength(32);
  });
});
