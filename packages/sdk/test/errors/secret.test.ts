import { inspect } from "node:util";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, it } from "vitest";
import vectors from "../../../server/test/vectors/client-secret.json" with { type: "json" };
import { BrikSync, inspectSecret, isSecret, Secret } from "../../src/index.ts";
import { computeCrc32 } from "../../src/secret/inspect-secret.ts";
import { sampleSecret } from "../support/sample-key.ts";

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });

/** A valid secret, with a checksum from Node's own CRC-32. */
const wellFormed = hex(40).map((random) => {
  const checked = `sec_${random}`;
  return checked + crc32(checked).toString(16).padStart(8, "0");
});

it("K-04 shows a secret only through reveal()", () => {
  const secret = new Secret(sampleSecret);
  const shown = [
    String(secret),
    `${secret}`,
    `${"key: "}${secret as unknown as string}`,
    JSON.stringify(secret),
    JSON.stringify({ nested: [secret] }),
    inspect(secret),
    inspect({ nested: [secret] }, { depth: 9, showHidden: true, getters: true }),
    inspect({ ...secret }),
    inspect(structuredClone(secret)),
    Object.entries(secret).join(),
    inspect(Object.getOwnPropertyDescriptors(secret)),
    (secret as unknown as { toLocaleString(): string }).toLocaleString(),
  ];
  for (const text of shown) {
    expect(text).toContain("[redacted]");
    expect(text).not.toContain(sampleSecret.slice(4, 12));
  }
  expect(secret.reveal()).toBe(sampleSecret);
});

it("K-04 K-11 has the fingerprint as its primitive value, not the value itself", () => {
  const secret = new Secret(sampleSecret);
  expect(secret.valueOf()).toBe(secret.fingerprint);
  expect(secret.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(sampleSecret).not.toContain(secret.fingerprint);
  // Without `Symbol.toPrimitive`, the result would be the fingerprint, which looks like a secret.
  // biome-ignore lint/style/useTemplate: adding is the purpose
  expect("" + (secret as unknown as string)).toBe("[redacted]");
  const own = Reflect.ownKeys(secret).map((name) => Reflect.get(secret, name));
  expect(own).toEqual(["[redacted]", secret.fingerprint, secret.reveal]);
  expect(Reflect.ownKeys(secret.reveal).map((name) => Reflect.get(secret.reveal, name))).not.toContain(sampleSecret);
});

it("K-04 recognizes a secret of another copy of the package", async () => {
  const copy = (await import(
    "../../src/secret/secret.ts?second-copy" as string
  )) as typeof import("../../src/secret/secret.ts");
  const foreign = new copy.Secret(sampleSecret);
  expect(foreign).not.toBeInstanceOf(Secret);
  expect(isSecret(foreign)).toBe(true);
  expect(() => new BrikSync({ clientSecret: foreign as unknown as Secret })).not.toThrow();
  for (const other of [null, "sec_", { reveal: () => "" }]) expect(isSecret(other)).toBe(false);
});

it("K-04 does not print the credentials of a client", () => {
  const clients = [
    new BrikSync(sampleSecret),
    new BrikSync({ clientId: "api_1", clientSecret: sampleSecret }),
    new BrikSync({ accessToken: "canary-token" }),
    new BrikSync({ session: { accessToken: "canary-token", refreshToken: "canary-refresh" } }),
  ];
  for (const client of clients) {
    const parts = [client, client.auth, client.keys, client.audit];
    const texts = parts.flatMap((part) => [
      String(part),
      JSON.stringify(part),
      inspect(part, { depth: 20, showHidden: true }),
    ]);
    expect(texts.join("\n")).not.toMatch(/canary|sec_/);
    expect(JSON.stringify(client)).toBe('{"baseUrl":"http://127.0.0.1:4870"}');
    expect(inspect(client)).toBe('BrikSync { baseUrl: "http://127.0.0.1:4870" }');
  }
});

it("computes the same CRC-32 as zlib", () => {
  fc.assert(fc.property(fc.string({ unit: "binary-ascii" }), (text) => computeCrc32(text) === crc32(text)));
});

it("accepts every well-formed secret", () => {
  for (const text of [sampleSecret, ...vectors.valid]) expect(inspectSecret(text)).toEqual({ valid: true });
  fc.assert(fc.property(wellFormed, (secret) => inspectSecret(secret).valid));
});

it("detects every single mistyped character and every swap of two characters", () => {
  const digits = fc.constantFrom(..."0123456789abcdef");
  fc.assert(
    fc.property(wellFormed, fc.integer({ min: 4, max: 51 }), digits, (secret, at, digit) => {
      fc.pre(secret[at] !== digit);
      expect(inspectSecret(secret.slice(0, at) + digit + secret.slice(at + 1)).valid).toBe(false);
    }),
  );
  fc.assert(
    fc.property(wellFormed, fc.integer({ min: 4, max: 50 }), (secret, at) => {
      fc.pre(secret[at] !== secret[at + 1]);
      const swapped = secret.slice(0, at) + secret[at + 1] + secret[at] + secret.slice(at + 2);
      expect(inspectSecret(swapped).valid).toBe(false);
    }),
  );
});

/** The tests of the server use the same vectors. */
it.each(vectors.invalid)("says what is wrong with %j", (text, reason) => {
  expect(inspectSecret(text)).toEqual({ valid: false, reason });
});
