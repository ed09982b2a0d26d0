import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, parseAddress, parseCidr } from "./cidr.ts";

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
  it.each([
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.7/32", "203.0.113.7/32"],
    ["128.0.0.0/1", "128.0.0.0/1"],
    ["0.0.0.0/8", "0.0.0.0/8"],
    ["2001:DB8::/32", "2001:db8::/32"],
    ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1/128"],
    ["::", "::/128"],
    ["::/1", "::/1"],
    ["::1", "::1/128"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3/128"],
    ["1:0:0:2:0:0:3:4", "1::2:0:0:3:4/128"],
    ["1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7/128"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0/128"],
    ["64:ff9b::192.0.2.33", "64:ff9b::c000:221/128"],
    ["::ffff:1:192.0.2.33", "::ffff:1:c000:221/128"],
    ["::ffff:203.0.113.7", "203.0.113.7/32"],
    ["::FFFF:cb00:7107", "203.0.113.7/32"],
    ["::ffff:203.0.113.0/120", "203.0.113.0/24"],
    ["0:0:0:0:0:ffff:10.0.0.0/104", "10.0.0.0/8"],
  ])("S-21 reads %s as %s", (text, canonical) => {
    expect(cidr(text).text).toBe(canonical);
  });

  it.each([
    "",
    " ",
    "/",
    "/24",
    "10",
    "10/8",
    "10.0/16",
    "10.0.0/24",
    "10.0.0.0.0",
    "10.0.0.",
    ".10.0.0",
    "10..0.0",
    "010.0.0.1",
    "192.0.2.010",
    "192.0.2.00",
    "192.0.2.256",
    "192.0.2.-1",
    "192.0.2.1a",
    "0x7f.0.0.1",
    "2130706433",
    "192.0.2.1 ",
    " 192.0.2.1",
    "192.0.2.1\n",
    "192.0.2.١",
    "192.0.2.0/",
    "192.0.2.0/ 24",
    "192.0.2.0/+24",
    "192.0.2.0/-1",
    "192.0.2.0/024",
    "192.0.2.0/00",
    "192.0.2.0/33",
    "192.0.2.0/24.0",
    "192.0.2.0/255.255.255.0",
    "192.0.2.0/2e1",
    "192.0.2.0/24/24",
    "192.0.2.0/99999999999999999999",
    "2001:db8::/129",
    "2001:db8::/032",
    ":",
    ":::",
    "1::2::3",
    "::1::",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "::1:2:3:4:5:6:7:8",
    "1:2:3:4::5:6:7:8",
    "12345::",
    "g::",
    "::1.2.3",
    "::1.2.3.4.5",
    "::01.2.3.4",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::ffff:::ffff:1.2.3.4",
    "::ffff:1.2.3.4:5",
    "[::1]",
    "[::1]:80",
    "192.0.2.1:80",
    "localhost",
    "any",
    "*",
  ])("S-21 refuses %j and says what to write", (text) => {
    expect(refusal(text)).toMatch(/such as 203\.0\.113\.7|must be from 1 to (32|128)$/);
  });

  it.each([
    ["203.0.113.7/24", "203.0.113.0/24"],
    ["10.0.0.1/8", "10.0.0.0/8"],
    ["255.255.255.255/31", "255.255.255.254/31"],
    ["2001:db8::1/64", "2001:db8::/64"],
    ["::ffff:10.1.2.3/104", "10.0.0.0/8"],
    ["::ffff:10.0.0.0/90", "::ffc0:0:0/90"],
  ])("S-21 refuses the host bits of %s and names %s", (text, network) => {
    expect(refusal(text)).toBe(`"${text}" has bits set after its prefix. The network is ${network}`);
  });

  it.each(["0.0.0.0/0", "::/0", "10.0.0.0/0", "::ffff:0.0.0.0/96"])("S-21 refuses %s, which is everybody", (text) => {
    expect(refusal(text)).toContain("allows every address");
  });

  it("S-21 refuses zone ids by name", () => {
    expect(refusal("fe80::1%eth0")).toContain("zone ID");
    expect(refusal("fe80::%25en0/64")).toContain("zone ID");
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
