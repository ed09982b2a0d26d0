import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../test/vectors/cidr.json" with { type: "json" };
import { type Cidr, containsAddress, parseAddress, parseCidr } from "./cidr.ts";
import { compileAllowlist } from "./compile-allowlist.ts";

/** An address as its bits, most significant first: an account of membership that shares nothing with the code under test. */
type Bits = readonly (0 | 1)[];

const octets = (count: number) => fc.array(fc.integer({ min: 0, max: 255 }), { minLength: count, maxLength: count });
/** Zero bytes often, so that runs of zero groups, mapped addresses and near-by networks come up. */
const sparseOctets = (count: number) =>
  fc.array(fc.oneof(fc.constant(0), fc.constant(255), fc.integer({ min: 0, max: 255 })), {
    minLength: count,
    maxLength: count,
  });

function toBits(bytes: readonly number[]): Bits {
  return bytes.flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map((bit) => (bit === "1" ? 1 : 0)));
}

function toBytes(bits: Bits): number[] {
  return Array.from({ length: bits.length / 8 }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8).join(""), 2),
  );
}

/** The long form with all eight groups of four digits, or four decimal parts. */
function write(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  return Array.from({ length: 8 }, (_, index) =>
    bytes
      .slice(index * 2, index * 2 + 2)
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
  ).join(":");
}

function isMappedBytes(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.every((byte, index) => index >= 12 || byte === (index >= 10 ? 255 : 0));
}

function maskBits(bits: Bits, prefix: number): Bits {
  return bits.map((bit, index) => (index < prefix ? bit : 0));
}

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.cidr;
}

function refusal(text: string): string {
  const parsed = parseCidr(text);
  if (parsed.ok) throw new Error(`${text} was accepted as ${parsed.cidr.text}`);
  return parsed.message;
}

describe("parseCidr", () => {
  it.each(vectors.canonical)("S-21 reads %s as %s", (text, canonical) => {
    expect(cidr(text).text).toBe(canonical);
  });

  it.each(vectors.invalid)("S-21 refuses %j and says what to write", (text) => {
    expect(refusal(text)).toMatch(/such as 203\.0\.113\.7|must be from 1 to (32|128)$/);
  });

  it.each(vectors.hostBits)("S-21 refuses the host bits of %s and names %s", (text, network) => {
    expect(refusal(text)).toBe(`"${text}" has bits set after its prefix. The network is ${network}`);
  });

  it.each(vectors.everyAddress)("S-21 refuses %s, which is everybody", (text) => {
    expect(refusal(text)).toContain("allows every address");
  });

  it.each(vectors.zoneIds)("S-21 refuses the zone id of %s by name", (text) => {
    expect(refusal(text)).toContain("zone ID");
  });

  it("S-21 reads a text of any length in constant time and does not echo it", () => {
    const message = refusal("1".repeat(5_000_000));
    expect(message.length).toBeLessThan(200);
  });

  it("S-21 accepts its own canonical text and changes nothing in it", () => {
    fc.assert(
      fc.property(fc.oneof(sparseOctets(4), sparseOctets(16)), fc.nat(127), (bytes, seed) => {
        const prefix = 1 + (seed % (bytes.length * 8));
        const network = toBytes(maskBits(toBits(bytes), prefix));
        fc.pre(!isMappedBytes(network) || prefix > 96);
        const first = cidr(`${write(network)}/${prefix}`);
        expect(cidr(first.text)).toEqual(first);
        expect(first.text.split("/")[0]).toBe(parseAddress(write(network))?.text);
      }),
    );
  });

  it("S-21 names the network for every host bit that is set", () => {
    fc.assert(
      fc.property(fc.oneof(octets(4), octets(16)), fc.nat(127), (bytes, seed) => {
        const prefix = 1 + (seed % (bytes.length * 8));
        const network = toBytes(maskBits(toBits(bytes), prefix));
        fc.pre(write(network) !== write(bytes) && !isMappedBytes(bytes));
        expect(refusal(`${write(bytes)}/${prefix}`)).toContain(cidr(`${write(network)}/${prefix}`).text);
      }),
    );
  });

  it("S-21 never throws, and accepts only an address before the slash", () => {
    const alphabet = fc.constantFrom(..."0123456789abcdefABCDEF:./% xg-+");
    const text = fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 50 }));
    fc.assert(
      fc.property(text, (value) => {
        const parsed = parseCidr(value);
        const address = value.split("/")[0] ?? "";
        if (parsed.ok) expect(isIPv4(address) || isIPv6(address)).toBe(true);
        else expect(parsed.message).toMatch(/^.+[^.]$/s);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("parseAddress", () => {
  it("S-21 accepts exactly what the C library does, zone ids apart", () => {
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

  it("S-21 refuses zone ids, ports, brackets and prefixes", () => {
    for (const text of ["fe80::1%eth0", "127.0.0.1:80", "[::1]", "127.0.0.1/32", "", "127.0.0.1 "]) {
      expect(parseAddress(text)).toBeNull();
    }
  });

  it("S-21 gives one text per address, however it is written", () => {
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

describe("membership", () => {
  it.each(vectors.membership)("S-21 of %s: contains %s: %s", (network, text, isInside) => {
    const address = parseAddress(String(text));
    if (address === null) throw new Error("a written address was not read");
    expect(containsAddress(cidr(String(network)), address)).toBe(isInside);
    expect(compileAllowlist([String(network)])(address)).toBe(isInside);
  });

  it("S-21 agrees with a comparison bit by bit", () => {
    const sample = fc.oneof(sparseOctets(4), sparseOctets(16)).chain((bytes) => {
      const bitCount = bytes.length * 8;
      // Flipping one bit of the network decides the case right at its edge.
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

  it("S-21 allows what one of many entries contains, and nothing else", () => {
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

  it("S-22 denies an unreadable address and fails closed on an unreadable entry", () => {
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

  it("S-22 an empty list matches no address, so that a key does not open after its last entry expires", () => {
    for (const text of ["192.0.2.1", "2001:db8::1"]) expect(compileAllowlist([])(parseAddress(text))).toBe(false);
    expect(compileAllowlist([])(null)).toBe(false);
  });
});
