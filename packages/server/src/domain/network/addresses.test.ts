import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMappedBytes, sparseOctets, write } from "../../../test/support/address-bytes.ts";
import { parseAddress } from "./cidr.ts";

describe("parseAddress", () => {
  it("S-21 accepts exactly what the C library does, except zone IDs", () => {
    const alphabet = fc.constantFrom(..."01259af:::..");
    fc.assert(
      fc.property(fc.string({ unit: alphabet, maxLength: 24 }), (text) => {
        expect(parseAddress(text) !== null).toBe(isIPv4(text) || isIPv6(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it("S-22 reads an IPv4-mapped address as IPv4", () => {
    expect(parseAddress("::ffff:127.0.0.1")).toEqual(parseAddress("127.0.0.1"));
    expect(parseAddress("::FFFF:7f00:1")?.text).toBe("127.0.0.1");
    expect(parseAddress("::127.0.0.1")?.version).toBe(6);
    expect(parseAddress("::fffe:7f00:1")?.version).toBe(6);
  });

  it("S-21 refuses zone IDs, ports, brackets and prefixes", () => {
    for (const text of ["fe80::1%eth0", "127.0.0.1:80", "[::1]", "127.0.0.1/32", "", "127.0.0.1 "]) {
      expect(parseAddress(text)).toBeNull();
    }
  });

  it("S-21 returns the same text for every spelling of an address", () => {
    fc.assert(
      fc.property(sparseOctets(16), (bytes) => {
        const address = parseAddress(write(bytes));
        const canonical = address?.text ?? "";
        expect(parseAddress(canonical)).toEqual(address);
        expect(parseAddress(write(bytes).toUpperCase())).toEqual(address);
        expect(canonical).toBe(
          isMappedBytes(bytes) ? bytes.slice(12).join(".") : new URL(`http://[${write(bytes)}]`).hostname.slice(1, -1),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
