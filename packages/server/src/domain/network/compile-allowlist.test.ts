import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cidr,
  isMappedBytes,
  maskBits,
  sparseOctets,
  toBits,
  toBytes,
  write,
} from "../../../test/support/address-bytes.ts";
import vectors from "../../../test/vectors/cidr.json" with { type: "json" };
import { containsAddress, parseAddress, parseCidr } from "./cidr.ts";
import { compileAllowlist } from "./compile-allowlist.ts";

describe("membership", () => {
  it.each(vectors.membership)("S-21 of %s: contains %s: %s", (network, text, isInside) => {
    const address = parseAddress(String(text));
    if (address === null) throw new Error("a written address was not read");
    expect(containsAddress(cidr(String(network)), address)).toBe(isInside);
    expect(compileAllowlist([String(network)])(address)).toBe(isInside);
  });

  it("S-21 matches a comparison bit by bit", () => {
    const sample = fc.oneof(sparseOctets(4), sparseOctets(16)).chain((bytes) => {
      const bitCount = bytes.length * 8;
      // Flipping one bit of the network tests the exact edge of the range.
      return fc.tuple(
        fc.constant(bytes),
        fc.integer({ min: 1, max: bitCount }),
        fc.integer({ min: 0, max: bitCount - 1 }),
      );
    });
    fc.assert(
      fc.property(sample, ([bytes, prefix, flipped]) => {
        const network = toBytes(maskBits(toBits(bytes), prefix));
        const other = toBytes(toBits(bytes).map((bit, index) => (index === flipped ? (bit === 1 ? 0 : 1) : bit)));
        fc.pre(![bytes, other, network].some(isMappedBytes));
        const range = cidr(`${write(network)}/${prefix}`);
        const isAllowed = compileAllowlist([range.text]);
        for (const candidate of [bytes, other]) {
          const address = parseAddress(write(candidate));
          if (address === null) throw new Error("a written address was not read");
          const isInside = toBits(network).slice(0, prefix).join("") === toBits(candidate).slice(0, prefix).join("");
          expect(containsAddress(range, address)).toBe(isInside);
          expect(isAllowed(address)).toBe(isInside);
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("S-21 allows exactly the addresses in one of many entries", () => {
    const entry = fc
      .oneof(sparseOctets(4), sparseOctets(16))
      .chain((bytes) =>
        fc
          .integer({ min: 1, max: bytes.length * 8 })
          .map((prefix) => `${write(toBytes(maskBits(toBits(bytes), prefix)))}/${prefix}`),
      );
    fc.assert(
      fc.property(
        fc.array(entry, { minLength: 1, maxLength: 20 }),
        fc.oneof(sparseOctets(4), sparseOctets(16)),
        (texts, bytes) => {
          const address = parseAddress(write(bytes));
          if (address === null) throw new Error("a written address was not read");
          const ranges = texts.map(parseCidr).flatMap((parsed) => (parsed.ok ? [parsed.cidr] : []));
          expect(compileAllowlist(texts)(address)).toBe(ranges.some((range) => containsAddress(range, address)));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("S-22 denies an unreadable address, and denies all addresses for an unreadable entry", () => {
    expect(compileAllowlist(["203.0.113.0/24"])(null)).toBe(false);
    for (const broken of ["0.0.0.0/0", "::/0", "10.0.0.0/", "", "garbage"]) {
      const isAllowed = compileAllowlist([broken]);
      for (const text of ["10.0.0.0", "0.0.0.0", "::", "2001:db8::1"])
        expect(isAllowed(parseAddress(text))).toBe(false);
    }
    const isAllowed = compileAllowlist(["garbage", "10.0.0.0/8"]);
    expect(isAllowed(parseAddress("10.255.255.255"))).toBe(true);
    expect(isAllowed(parseAddress("11.0.0.0"))).toBe(false);
  });

  it("S-22 an empty list matches no address, so a key does not open after its last entry expires", () => {
    for (const text of ["192.0.2.1", "2001:db8::1"]) expect(compileAllowlist([])(parseAddress(text))).toBe(false);
    expect(compileAllowlist([])(null)).toBe(false);
  });
});
