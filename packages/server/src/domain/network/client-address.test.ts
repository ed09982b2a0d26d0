import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, parseCidr } from "./cidr.ts";
import { resolveClientAddress } from "./client-address.ts";

function proxies(...texts: string[]): Cidr[] {
  return texts.map((text) => {
    const parsed = parseCidr(text);
    if (!parsed.ok) throw new Error(parsed.message);
    return parsed.cidr;
  });
}

const listed = proxies("10.0.0.0/8", "2001:db8:1::/48");

describe("resolveClientAddress", () => {
  it("S-20 returns the socket's peer if no proxy is listed, whatever the header contains", () => {
    expect(resolveClientAddress("198.51.100.4", "203.0.113.9", [])).toBe("198.51.100.4");
    expect(resolveClientAddress("10.0.0.1", ["203.0.113.9"], [])).toBe("10.0.0.1");
  });

  it("S-20 returns the peer if it is not a listed proxy", () => {
    expect(resolveClientAddress("198.51.100.4", "203.0.113.9", listed)).toBe("198.51.100.4");
  });

  it("S-20 reads the header from the right, so that a client cannot forge its address", () => {
    expect(resolveClientAddress("10.0.0.1", "203.0.113.9, 198.51.100.4", listed)).toBe("198.51.100.4");
    expect(resolveClientAddress("10.0.0.1", "203.0.113.9, 198.51.100.4, 10.9.9.9", listed)).toBe("198.51.100.4");
    expect(resolveClientAddress("10.0.0.1", "garbage, 198.51.100.4,\t10.9.9.9 ", listed)).toBe("198.51.100.4");
  });

  it("S-20 reads several header lines as one", () => {
    expect(resolveClientAddress("10.0.0.1", ["203.0.113.9", "198.51.100.4, 10.0.0.2"], listed)).toBe("198.51.100.4");
  });

  it("S-20 returns the left-most address if every hop is a listed proxy, and the peer without a header", () => {
    expect(resolveClientAddress("10.0.0.1", "10.0.0.3, 10.0.0.2", listed)).toBe("10.0.0.3");
    expect(resolveClientAddress("10.0.0.1", undefined, listed)).toBe("10.0.0.1");
    expect(resolveClientAddress("10.0.0.1", " ", listed)).toBe("10.0.0.1");
    expect(resolveClientAddress("10.0.0.1", [], listed)).toBe("10.0.0.1");
  });

  it.each([
    "garbage",
    "unknown",
    "198.51.100.4,",
    ",",
    ",10.0.0.2",
    "198.51.100.04",
    "198.51.100.4:",
    "198.51.100.4:65536",
    "198.51.100.4:123456",
    "198.51.100.4:-1",
    "198.51.100.4:443:443",
    "198.51.100.4:http",
    "198.51.100.04:443",
    "198.51.100.4%eth0",
    "[198.51.100.4]",
    "[198.51.100.4]:443",
    "[2001:db8::2",
    "2001:db8::2]:443",
    "[2001:db8::2]443",
    "[2001:db8::2]:",
    "[2001:db8::2]:65536",
    "[2001:db8::2%eth0]:443",
    "2001:db8::2%eth0",
    "fe80::1%",
    "fe80::1%eth0%eth1",
    "fe80::1%eth 0",
    "fec0::1%eth0",
    "[fe80::1%eth0",
    "[]:443",
    "_hidden",
    '"[2001:db8::2]:443"',
  ])("S-22 returns null for the hop in %j of a listed proxy", (header) => {
    expect(resolveClientAddress("10.0.0.1", header, listed)).toBeNull();
    expect(resolveClientAddress("10.0.0.1", `203.0.113.9, ${header}, 10.0.0.2`, listed)).toBeNull();
  });

  it("S-22 returns null for a missing or unreadable peer, even with a plausible header", () => {
    for (const peer of [undefined, "", "2001:db8::1%eth0", "fe80::1%", "198.51.100.4:1234", "/run/server.sock"]) {
      expect(resolveClientAddress(peer, "203.0.113.9", listed)).toBeNull();
      expect(resolveClientAddress(peer, undefined, [])).toBeNull();
    }
  });

  it.each([
    ["198.51.100.4:1234", "198.51.100.4"],
    ["198.51.100.4:0", "198.51.100.4"],
    ["198.51.100.4:65535", "198.51.100.4"],
    ["[2001:db8::2]:443", "2001:db8::2"],
    ["[2001:0DB8:2::0:1]:443", "2001:db8:2::1"],
    ["[2001:db8::2]", "2001:db8::2"],
    ["2001:db8::443", "2001:db8::443"],
    ["[::ffff:198.51.100.4]:443", "198.51.100.4"],
    ["fe80::1%eth0", "fe80::1"],
    ["FE80::1%en0", "fe80::1"],
    ["febf::1%12", "febf::1"],
    ["[fe80::1%eth0.100]:443", "fe80::1"],
    ["[fe80::1%br-0_a]", "fe80::1"],
  ])("S-20 drops the port and the zone of the hop %j", (hop, expected) => {
    expect(resolveClientAddress("10.0.0.1", hop, listed)).toBe(expected);
    expect(resolveClientAddress("10.0.0.1", `203.0.113.9:1, ${hop} , 10.0.0.2:51234`, listed)).toBe(expected);
    expect(resolveClientAddress("10.0.0.1", `${hop}, [2001:db8:1::1]:443`, listed)).toBe(expected);
  });

  it("S-20 drops the zone of a link-local peer before it checks whether the peer is a listed proxy", () => {
    expect(resolveClientAddress("fe80::1%eth0", undefined, [])).toBe("fe80::1");
    expect(resolveClientAddress("fe80::1%eth0", "203.0.113.9", listed)).toBe("fe80::1");
    expect(resolveClientAddress("fe80::1%eth0", "203.0.113.9:443", proxies("fe80::1"))).toBe("203.0.113.9");
  });

  it("S-20 reads an address the same with any port", () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    fc.assert(
      fc.property(fc.ipV4(), port, (address, number) => {
        expect(resolveClientAddress("10.0.0.1", `${address}:${number}`, proxies("10.0.0.1"))).toBe(
          resolveClientAddress("10.0.0.1", address, proxies("10.0.0.1")),
        );
      }),
    );
    fc.assert(
      fc.property(fc.ipV6(), port, (address, number) => {
        expect(resolveClientAddress("10.0.0.1", `[${address}]:${number}`, proxies("10.0.0.1"))).toBe(
          resolveClientAddress("10.0.0.1", address, proxies("10.0.0.1")),
        );
      }),
    );
  });

  it("S-22 reads a mapped peer or hop as IPv4, and writes IPv6 in canonical form", () => {
    expect(resolveClientAddress("::ffff:10.0.0.1", "::ffff:198.51.100.4", listed)).toBe("198.51.100.4");
    expect(resolveClientAddress("::ffff:198.51.100.4", undefined, [])).toBe("198.51.100.4");
    expect(resolveClientAddress("2001:db8:1:0::7", "2001:0DB8:2::0:1", listed)).toBe("2001:db8:2::1");
  });

  it("S-20 gives up after too many proxies or on an overlong hop", () => {
    expect(resolveClientAddress("10.0.0.1", `203.0.113.9${", 10.0.0.2".repeat(31)}`, listed)).toBe("203.0.113.9");
    expect(resolveClientAddress("10.0.0.1", `203.0.113.9${", 10.0.0.2".repeat(1_000)}`, listed)).toBeNull();
    expect(resolveClientAddress("10.0.0.1", `${" ".repeat(1_000_000)}203.0.113.9`, listed)).toBeNull();
  });

  it("S-20 returns the same address, whatever an untrusted client wrote on the left", () => {
    const header = fc.string({ unit: fc.constantFrom(..."0123456789abcdef.:, x"), maxLength: 60 });
    fc.assert(
      fc.property(header, (forged) => {
        expect(resolveClientAddress("10.0.0.1", `${forged},198.51.100.4, 10.0.0.2`, listed)).toBe("198.51.100.4");
        expect(resolveClientAddress("198.51.100.4", forged, listed)).toBe("198.51.100.4");
        const response = resolveClientAddress("10.0.0.1", forged, listed);
        expect(response === null || forged.trim() === "" || !response.includes(",")).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
