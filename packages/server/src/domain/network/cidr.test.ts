import { isIPv4, isIPv6 } from "node:net";
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
import { parseAddress, parseCidr } from "./cidr.ts";

const octets = (count: number) => fc.array(fc.integer({ min: 0, max: 255 }), { minLength: count, maxLength: count });

function refusal(text: string): string {
  const parsed = parseCidr(text);
  if (parsed.ok) throw new Error(`${text} was accepted as ${parsed.cidr.text}`);
  return parsed.message;
}

describe("parseCidr", () => {
  it.each(vectors.canonical)("S-21 reads %s as %s", (text, canonical) => {
    expect(cidr(text).text).toBe(canonical);
  });

  it.each(vectors.invalid)("S-21 refuses %j and describes the valid format", (text) => {
    expect(refusal(text)).toMatch(/such as 203\.0\.113\.7|must be from 1 to (32|128)$/);
  });

  it.each(vectors.hostBits)("S-21 refuses the host bits of %s and suggests %s", (text, network) => {
    const start = `"${text}" has bits set after its prefix. The network is ${network}, and the single address is `;
    expect(refusal(text).slice(0, start.length)).toBe(start);
    expect(cidr(refusal(text).slice(start.length)).text).toBe(cidr(text.replace(/\/.*/, "")).text);
  });

  it.each(vectors.everyAddress)("S-21 refuses %s, which allows every address", (text) => {
    expect(refusal(text)).toContain("allows every address");
  });

  it.each(vectors.zoneIds)("S-21 refuses the zone ID of %s by name", (text) => {
    expect(refusal(text)).toContain("zone ID");
  });

  it("S-21 reads a text of any length in constant time, and does not repeat it", () => {
    const message = refusal("1".repeat(5_000_000));
    expect(message.length).toBeLessThan(200);
  });

  it("S-21 accepts its own canonical text unchanged", () => {
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
