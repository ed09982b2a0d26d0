import fc from "fast-check";
import { type Cidr, parseCidr } from "../../src/domain/network/cidr.ts";

/**
 * The bits of an address, most significant first. Tests compute membership with them, independently of the code under
 * test.
 */
export type Bits = readonly (0 | 1)[];

/** Arbitrary bytes with many zeros, so that runs of zero groups, mapped addresses and nearby networks occur. */
export const sparseOctets = (count: number) =>
  fc.array(fc.oneof(fc.constant(0), fc.constant(255), fc.integer({ min: 0, max: 255 })), {
    minLength: count,
    maxLength: count,
  });

/** Returns the bits of an address. */
export function toBits(bytes: readonly number[]): Bits {
  return bytes.flatMap((byte) => [...byte.toString(2).padStart(8, "0")].map((bit) => (bit === "1" ? 1 : 0)));
}

/** Returns the bytes of an address. */
export function toBytes(bits: Bits): number[] {
  return Array.from({ length: bits.length / 8 }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8).join(""), 2),
  );
}

/** Returns the long form, with eight groups of four digits or four decimal parts. */
export function write(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join(".");
  return Array.from({ length: 8 }, (_, index) =>
    bytes
      .slice(index * 2, index * 2 + 2)
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
  ).join(":");
}

/** Returns whether the bytes are an IPv4-mapped IPv6 address. */
export function isMappedBytes(bytes: readonly number[]): boolean {
  return bytes.length === 16 && bytes.every((byte, index) => index >= 12 || byte === (index >= 10 ? 255 : 0));
}

/** Returns the bits, with zeros after the prefix. */
export function maskBits(bits: Bits, prefix: number): Bits {
  return bits.map((bit, index) => (index < prefix ? bit : 0));
}

/** Returns a network, which must be valid. */
export function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.cidr;
}
