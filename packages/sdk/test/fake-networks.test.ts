import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicaliseCidr, isInCidr } from "../src/testing/fake-cidr.ts";

describe("networks", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["2001:DB8::/32", "2001:db8::/32"],
    ["2001:db8:0:0:0:0:0:1", "2001:db8::1/128"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    ["::ffff:203.0.113.0/120", "203.0.113.0/24"],
    ["::1", "::1/128"],
    ["203.0.113.7/24", null],
    ["0.0.0.0/0", null],
    ["::/0", null],
    ["203.0.113.010", null],
    ["203.0.113.0/024", null],
    ["203.0.113.0/33", null],
    ["10.0.0.0/", null],
    ["10/8", null],
    ["fe80::1%eth0", null],
    [" 203.0.113.7", null],
    ["203.0.113.256", null],
    [":::1", null],
    ["", null],
  ])("writes %j canonically as %j", (text, canonical) => {
    expect(canonicaliseCidr(text)).toBe(canonical);
  });

  it("contains exactly the addresses that share the leading bits", () => {
    const ipv4 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), fc.integer({ min: 1, max: 32 }), (one, other, prefix) => {
        const shift = BigInt(32 - prefix);
        const network = Number((BigInt(one) >> shift) << shift);
        const isInside = BigInt(one) >> shift === BigInt(other) >> shift;
        return isInCidr(ipv4(other), `${ipv4(network)}/${prefix}`) === isInside;
      }),
    );
  });

  it("keeps the families apart and takes an unreadable address for none", () => {
    expect(isInCidr("::ffff:203.0.113.7", "203.0.113.0/24")).toBe(true);
    expect(isInCidr("203.0.113.7", "2001:db8::/32")).toBe(false);
    expect(isInCidr("2001:db8::1", "2001:db8::/32")).toBe(true);
    expect(isInCidr("unknown", "203.0.113.0/24")).toBe(false);
  });
});
