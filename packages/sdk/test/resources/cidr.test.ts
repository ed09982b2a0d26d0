import fc from "fast-check";
import { describe, expect, it } from "vitest";
import vectors from "../../../server/test/vectors/cidr.json" with { type: "json" };
import { containsAddress, parseAddress, parseCidr } from "../../src/index.ts";

/** The tests of the server use the same vectors. */
const { invalid, hostBits, everyAddress, zoneIds } = vectors;

function isInside(addressText: string, networkText: string): boolean {
  const address = parseAddress(addressText);
  const parsed = parseCidr(networkText);
  if (address === null || !parsed.ok) throw new Error(`${addressText} or ${networkText} is not valid`);
  return containsAddress(parsed.cidr, address);
}

describe("the network parser", () => {
  it.each(vectors.canonical)("S-21 reads %s as %s", (text, canonical) => {
    expect(parseCidr(text)).toMatchObject({ ok: true, cidr: { text: canonical } });
  });

  it.each([...invalid, ...hostBits.map(([text = ""]) => text), ...everyAddress, ...zoneIds])(
    "S-21 refuses %j and says why",
    (text) => {
      expect(parseCidr(text)).toEqual({ ok: false, message: expect.any(String) });
    },
  );

  it.each(vectors.membership)("S-21 decides whether %s contains %s: %s", (network, address, expected) => {
    expect(isInside(String(address), String(network))).toBe(expected);
  });

  it("S-21 finds exactly the addresses that integer arithmetic finds", () => {
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
          const expected = address >= network && address < network + size;
          expect(isInside(format(address), `${format(network)}/${prefix}`)).toBe(expected);
          expect(isInside(`::ffff:${format(address)}`, `${format(network)}/${prefix}`)).toBe(expected);
        },
      ),
    );
  });
});
