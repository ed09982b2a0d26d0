import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../test/vectors/client-secret.json" with { type: "json" };
import { generateClientId, generateClientSecret, hasCheckedForm } from "./client-secret.ts";

const hasClientSecretForm = (text: string): boolean => hasCheckedForm("sec", text);

/** CRC-32 (ISO 3309) bit by bit, so that the checksum is held against its definition and not against the same library. */
function computeCrc32(text: string): number {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

const bytes = (count: number) =>
  fc.uint8Array({ minLength: count, maxLength: count }).map((array) => Buffer.from(array));
const secrets = bytes(20).map((random) => generateClientSecret(() => random));

describe("client secret", () => {
  it("S-11 is recognized as by the SDK", () => {
    for (const text of vectors.valid) expect(hasClientSecretForm(text), text).toBe(true);
    for (const [text = ""] of vectors.invalid) expect(hasClientSecretForm(text), text).toBe(false);
  });

  it("S-11 has the documented form, ends in its CRC-32 and is recognized", () => {
    fc.assert(
      fc.property(bytes(20), (random) => {
        const asked: number[] = [];
        const secret = generateClientSecret((count) => {
          asked.push(count);
          return random;
        });
        expect(asked).toEqual([20]);
        expect(secret).toMatch(/^sec_[0-9a-f]{48}$/);
        expect(secret.slice(4, 44)).toBe(random.toString("hex"));
        expect(Number.parseInt(secret.slice(44), 16)).toBe(computeCrc32(secret.slice(0, 44)));
        expect(hasClientSecretForm(secret)).toBe(true);
      }),
    );
  });

  it("S-11 pads a checksum that begins with zeros", () => {
    let counter = 0;
    let secret = "";
    do {
      counter += 1;
      const random = Buffer.alloc(20);
      random.writeUInt32BE(counter, 16);
      secret = generateClientSecret(() => random);
    } while (!secret.slice(44).startsWith("00"));
    expect(secret).toHaveLength(52);
    expect(hasClientSecretForm(secret)).toBe(true);
  });

  it("S-11 does not recognize a secret with any one character replaced", () => {
    const secret = generateClientSecret(randomBytes);
    for (let index = 0; index < secret.length; index += 1) {
      for (const character of "0123456789abcdefABCDEF_sz é") {
        if (secret[index] === character) continue;
        expect(hasClientSecretForm(secret.slice(0, index) + character + secret.slice(index + 1))).toBe(false);
      }
    }
  });

  it("S-11 does not recognize a secret with two neighbors swapped, a character lost or one added", () => {
    fc.assert(
      fc.property(secrets, fc.nat(50), fc.constantFrom(..."0123456789abcdef\n "), (secret, index, extra) => {
        const swapped = secret.slice(0, index) + secret[index + 1] + secret[index] + secret.slice(index + 2);
        expect(hasClientSecretForm(swapped)).toBe(swapped === secret);
        expect(hasClientSecretForm(secret.slice(0, index) + secret.slice(index + 1))).toBe(false);
        expect(hasClientSecretForm(secret.slice(0, index) + extra + secret.slice(index))).toBe(false);
      }),
    );
  });

  it("S-11 does not recognize anything else, and never throws", () => {
    for (const text of [
      "",
      "sec_",
      `${generateClientSecret(randomBytes)}\n`,
      generateClientSecret(randomBytes).toUpperCase(),
    ]) {
      expect(hasClientSecretForm(text)).toBe(false);
    }
    fc.assert(fc.property(fc.string(), (text) => !hasClientSecretForm(text)));
    expect(hasClientSecretForm("sec_".repeat(1_000_000))).toBe(false);
  });
});

describe("client id", () => {
  it("S-11 has the documented form", () => {
    fc.assert(
      fc.property(bytes(12), (random) => {
        const clientId = generateClientId((count) => random.subarray(0, count));
        expect(clientId).toBe(`api_${random.toString("hex")}`);
        expect(hasClientSecretForm(clientId)).toBe(false);
      }),
    );
  });
});
