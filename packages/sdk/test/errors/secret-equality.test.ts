import assert from "node:assert";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { Secret } from "../../src/index.ts";
import { createFingerprint } from "../../src/secret/fingerprint.ts";
import { sampleSecret } from "../support/sample-key.ts";

/** Compares as lodash and dequal do: by the constructor and own enumerable properties. */
function isEqualByWalk(one: object, other: object): boolean {
  const names = Object.keys(one);
  if (one.constructor !== other.constructor || names.length !== Object.keys(other).length) return false;
  return names.every((name) => Reflect.get(one, name) === Reflect.get(other, name));
}

/** Compares as fast-deep-equal and react-fast-compare do if objects have their own `valueOf` or `toString`. */
function isEqualByValueOf(one: object, other: object): boolean {
  if (one.valueOf !== Object.prototype.valueOf) return one.valueOf() === other.valueOf();
  if (one.toString !== Object.prototype.toString) return one.toString() === other.toString();
  return isEqualByWalk(one, other);
}

const comparisons: Record<string, (one: object, other: object) => boolean> = {
  "node:util": isDeepStrictEqual,
  "node:assert deepEqual": (one, other) => passes(() => assert.deepEqual(one, other)),
  "node:assert deepStrictEqual": (one, other) => passes(() => assert.deepStrictEqual(one, other)),
  toEqual: (one, other) => passes(() => expect(one).toEqual(other)),
  toStrictEqual: (one, other) => passes(() => expect(one).toStrictEqual(other)),
  toMatchObject: (one, other) => passes(() => expect(one).toMatchObject(other)),
  toHaveBeenCalledWith: (one, other) => {
    const write = vi.fn();
    write(one);
    return passes(() => expect(write).toHaveBeenCalledWith(other));
  },
  "a walk of own properties": isEqualByWalk,
  valueOf: isEqualByValueOf,
  "a clone": (one, other) => isDeepStrictEqual(structuredClone(one), structuredClone(other)),
  "a spread": (one, other) => isDeepStrictEqual({ ...one }, { ...other }),
  nested: (one, other) => passes(() => expect({ key: [one] }).toEqual({ key: [other] })),
};

function passes(assertion: () => void): boolean {
  try {
    assertion();
    return true;
  } catch {
    return false;
  }
}

it.each(Object.entries(comparisons))(
  "K-11 equals itself and differs from other secrets when compared by %s",
  (_name, isEqual) => {
    const secret = new Secret(sampleSecret);
    expect(isEqual(secret, new Secret(sampleSecret))).toBe(true);
    for (const other of ["", sampleSecret.slice(0, -1), `${sampleSecret}0`, sampleSecret.replace("a", "b"), "x"]) {
      expect(isEqual(secret, new Secret(other)), other).toBe(false);
      expect(isEqual({ secret }, { secret: new Secret(other) }), other).toBe(false);
    }
  },
);

it("K-11 returns equal fingerprints only for equal texts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (one, other) => {
      return (createFingerprint(one) === createFingerprint(other)) === (one === other);
    }),
  );
  const texts = [
    "",
    "\0",
    "\0\0",
    "a",
    "a\0",
    "ab",
    "ba",
    ...Array.from({ length: 5_000 }, (_, index) => `sec_${index}`),
  ];
  expect(new Set(texts.map(createFingerprint)).size).toBe(texts.length);
});

it("K-11 uses a random key per process, so that fingerprints cannot be computed from a guess", async () => {
  const path = "../../src/secret/fingerprint.ts?another-process";
  const other = (await import(path)) as typeof import("../../src/secret/fingerprint.ts");
  expect(other.createFingerprint("sec_1")).not.toBe(createFingerprint("sec_1"));
  expect(createFingerprint("sec_1")).toMatch(/^[0-9a-f]{16}$/);
});

it("K-10 can be revealed through the proxies of frameworks, but not replaced", () => {
  const secret = new Secret(sampleSecret);
  const reactive = new Proxy(secret, { get: (target, name, receiver) => Reflect.get(target, name, receiver) });
  expect(reactive.reveal()).toBe(sampleSecret);
  const { reveal } = secret;
  expect(reveal()).toBe(sampleSecret);
  expect(Object.isExtensible(secret)).toBe(false);
  expect(() => Object.assign(secret, { reveal: () => "mine" })).toThrow(TypeError);
});

it("K-04 is redacted in every text form", () => {
  const secret = new Secret(sampleSecret);
  const texts = [
    // biome-ignore lint/style/useTemplate: adding is the purpose
    "" + (secret as unknown as string),
    // biome-ignore lint/style/useTemplate: adding is the purpose
    (secret as unknown as string) + "",
    `${secret as unknown as string}`,
    String(secret),
    ["", ""].join(secret as unknown as string),
    [secret].join(),
    "x".replace("x", secret as unknown as string),
    "".concat(secret as unknown as string),
    new URLSearchParams({ secret: secret as unknown as string }).get("secret"),
    JSON.stringify(secret),
  ];
  for (const text of texts) {
    expect(text).toContain("[redacted]");
    expect(text).not.toContain(sampleSecret.slice(4, 12));
  }
  expect(Number(secret)).toBeNaN();
});
