import { createCipheriv, hkdfSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSealedResponse, sealResponse } from "./sealed-response.ts";
import { createSecretHasher } from "./secret-hash.ts";

const anyKey = fc.string({ minLength: 1, maxLength: 255 });
const pepper = createSecretHasher(["the first pepper, thirty-two bytes or more"]).current;
const otherPepper = createSecretHasher(["the second pepper, thirty-two bytes or more"]).current;

/** What version 0.1.0 made: the key comes from the Idempotency-Key alone. */
function sealWithoutPepper(text: string, clientKey: string, context: string): Buffer {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const key = Buffer.from(hkdfSync("sha256", clientKey, salt, "briksync/idempotency-seal/v1", 32));
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(text), cipher.final()]);
  return Buffer.concat([salt, nonce, cipher.getAuthTag(), ciphertext]);
}

describe("a sealed answer", () => {
  it("S-10 opens under the key, pepper and context it was sealed with", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), anyKey, fc.string(), (text, clientKey, context) => {
        const sealed = sealResponse(text, { clientKey, pepper, context }, randomBytes);
        expect(openSealedResponse(sealed, { clientKey, pepper, context })).toBe(
          Buffer.from(text, "utf8").toString("utf8"),
        );
      }),
    );
  });

  it("S-10 opens under no other key, no other pepper and no other context", () => {
    fc.assert(
      fc.property(anyKey, anyKey, fc.string(), fc.string(), (clientKey, otherKey, context, otherContext) => {
        const sealed = sealResponse("sec_1", { clientKey, pepper, context }, randomBytes);
        expect(openSealedResponse(sealed, { clientKey, pepper: otherPepper, context })).toBeNull();
        if (otherKey !== clientKey)
          expect(openSealedResponse(sealed, { clientKey: otherKey, pepper, context })).toBeNull();
        if (otherContext !== context) {
          expect(openSealedResponse(sealed, { clientKey, pepper, context: otherContext })).toBeNull();
        }
      }),
    );
  });

  it("S-10 opens also if version 0.1.0 sealed it, under the right key and context only", () => {
    fc.assert(
      fc.property(fc.string(), anyKey, anyKey, fc.string(), (text, clientKey, otherKey, context) => {
        const sealed = sealWithoutPepper(text, clientKey, context);
        expect(openSealedResponse(sealed, { clientKey, pepper, context })).toBe(
          Buffer.from(text, "utf8").toString("utf8"),
        );
        expect(openSealedResponse(sealed, { clientKey, pepper, context: `${context} ` })).toBeNull();
        if (otherKey !== clientKey)
          expect(openSealedResponse(sealed, { clientKey: otherKey, pepper, context })).toBeNull();
      }),
    );
  });

  it("S-10 does not open once a byte was changed or cut off, and shows nothing of its text", () => {
    const seal = { clientKey: "a key", pepper, context: "a call" };
    const text = "sec_0123456789abcdef";
    const sealed = sealResponse(text, seal, randomBytes);
    expect(sealed.includes(text)).toBe(false);
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(openSealedResponse(changed, seal)).toBeNull();
      expect(openSealedResponse(sealed.subarray(0, index), seal)).toBeNull();
    }
  });

  it("S-10 is another one each time", () => {
    const seal = { clientKey: "a key", pepper, context: "a call" };
    const [one, two] = [sealResponse("text", seal, randomBytes), sealResponse("text", seal, randomBytes)];
    expect(one.equals(two)).toBe(false);
  });
});
