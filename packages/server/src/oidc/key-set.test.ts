import { describe, expect, it } from "vitest";
import { readKeySet } from "./key-set.ts";

describe("readKeySet", () => {
  const key = { kty: "RSA", kid: "one", use: "sig", alg: "RS256", n: "AQAB", e: "AQAB" };

  it("keeps only the members that verification needs, so that no issuer can fill the memory", () => {
    const many = Array.from({ length: 80_000 }, () => ({}));
    const keys = [{ ...key, key_ops: ["verify", ...many], x5c: ["MIIC"], other: many, n: "AQAB" }];
    expect(readKeySet({ keys, other: many })).toEqual({ keys: [{ ...key, key_ops: ["verify"] }] });
  });

  it("remembers that a key is not for verification", () => {
    expect(readKeySet({ keys: [{ ...key, key_ops: ["encrypt"] }] })).toEqual({ keys: [{ ...key, key_ops: [] }] });
  });

  it("leaves out members of another type", () => {
    expect(readKeySet({ keys: [{ ...key, kid: ["one"], alg: {} }] })).toEqual({
      keys: [{ kty: "RSA", use: "sig", n: "AQAB", e: "AQAB" }],
    });
  });

  it.each([null, [], {}, { keys: {} }, { keys: [null] }, { keys: [[]] }, { keys: Array(101).fill(key) }])(
    "returns null for %j",
    (body) => {
      expect(readKeySet(body)).toBeNull();
    },
  );
});
