import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isInNetwork, parseNetwork } from "./cidr.ts";

function read(text: string): string {
  const parsed = parseNetwork(text);
  return parsed.ok ? parsed.network.text : parsed.message;
}

describe("a network", () => {
  it("is canonical and always names its prefix", () => {
    expect(read("203.0.113.7")).toBe("203.0.113.7/32");
    expect(read("203.0.113.0/24")).toBe("203.0.113.0/24");
    expect(read("2001:DB8:0:0::/32")).toBe("2001:db8::/32");
    expect(read("::1")).toBe("::1/128");
    expect(read("::ffff:203.0.113.7")).toBe("203.0.113.7/32");
    expect(read("::ffff:203.0.113.0/120")).toBe("203.0.113.0/24");
  });

  it("S-21 with host bits names the network that may be meant", () => {
    expect(parseNetwork("203.0.113.7/24")).toEqual({
      ok: false,
      message: '"203.0.113.7/24" has bits set beyond its prefix. The network is 203.0.113.0/24.',
      advice: "Use 203.0.113.0/24 for the network, or 203.0.113.7 for the single address.",
    });
    expect(read("2001:db8::1/32")).toContain("The network is 2001:db8::/32.");
  });

  it("S-21 is none of the texts that lenient readers accept", () => {
    const texts = ["", "10/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/8/8", "192.0.2.010"];
    texts.push(
      "0.0.0.0/0",
      "::/0",
      "fe80::1%eth0",
      "1.2.3",
      "1.2.3.4 ",
      "0x7f.1.1.1",
      "[::1]",
      "::1/129",
      "::ffff:0.0.0.0/95",
    );
    for (const text of texts) expect(parseNetwork(text).ok, text).toBe(false);
  });

  it("S-21 contains exactly the addresses that integer arithmetic says", () => {
    const format = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.integer({ min: 1, max: 32 }),
        fc.nat(0xffffffff),
        fc.boolean(),
        (base, prefix, other, isNear) => {
          const size = 2 ** (32 - prefix);
          const network = Math.floor(base / size) * size;
          const address = isNear ? (network + (other % (2 * size))) % 2 ** 32 : other;
          const isInside = address >= network && address < network + size;
          expect(isInNetwork(format(address), `${format(network)}/${prefix}`)).toBe(isInside);
          expect(isInNetwork(`::ffff:${format(address)}`, `${format(network)}/${prefix}`)).toBe(isInside);
          expect(isInNetwork(`2001:db8::${(other % 0xffff).toString(16)}`, `${format(network)}/${prefix}`)).toBe(false);
        },
      ),
    );
  });

  it("S-21 of IPv6 contains exactly what shares its first bits", () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
    const toValue = (words: readonly number[]): bigint =>
      words.reduce((value, word) => (value << 16n) | BigInt(word), 0n);
    const format = (value: bigint): string =>
      Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(":");
    fc.assert(
      fc.property(groups, groups, fc.integer({ min: 1, max: 128 }), fc.nat(128), (base, other, prefix, shared) => {
        const hostBits = BigInt(128 - prefix);
        const network = (toValue(base) >> hostBits) << hostBits;
        const tailBits = BigInt(128 - shared);
        const address = ((network >> tailBits) << tailBits) | (toValue(other) & ((1n << tailBits) - 1n));
        // The block of mapped IPv4 addresses is not IPv6 to an allowlist.
        fc.pre(network >> 32n !== 0xffffn && address >> 32n !== 0xffffn);
        expect(isInNetwork(format(address), `${format(network)}/${prefix}`)).toBe(
          address >> hostBits === network >> hostBits,
        );
      }),
    );
  });
});
