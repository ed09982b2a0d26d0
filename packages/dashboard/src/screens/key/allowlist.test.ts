import { describe, expect, it } from "vitest";
import { findCorrections, refusesAddress } from "./allowlist.ts";

const nowMs = Date.parse("2026-11-28T12:00:00.000Z");
const always = { expiresAt: null };

describe("refusesAddress", () => {
  it.each([
    ["no entries", [], "203.0.113.7", false],
    ["the same address", [{ cidr: "203.0.113.7", ...always }], "203.0.113.7", false],
    ["a network around it", [{ cidr: "203.0.113.0/24", ...always }], "203.0.113.7", false],
    ["a mapped address", [{ cidr: "203.0.113.0/24", ...always }], "::ffff:203.0.113.7", false],
    ["another network", [{ cidr: "198.51.100.0/24", ...always }], "203.0.113.7", true],
    ["the other IP version", [{ cidr: "2001:db8::/32", ...always }], "203.0.113.7", true],
    ["an expired entry", [{ cidr: "203.0.113.7", expiresAt: "2026-11-28T11:59:59.000Z" }], "203.0.113.7", true],
    [
      "an entry that has not expired",
      [{ cidr: "203.0.113.7", expiresAt: "2026-11-28T12:00:01.000Z" }],
      "203.0.113.7",
      false,
    ],
    ["an entry that the server refuses", [{ cidr: "office", ...always }], "203.0.113.7", false],
  ])("%s", (_, entries, address, expected) => {
    expect(refusesAddress(entries, address, nowMs)).toBe(expected);
  });
});

describe("findCorrections", () => {
  it("returns the network and the address from the server's refusal", () => {
    const refusal =
      '"203.0.113.7/24" has bits set after its prefix. The network is 203.0.113.0/24, and the single address is 203.0.113.7';
    expect(findCorrections("203.0.113.7/24", refusal)).toEqual(["203.0.113.0/24", "203.0.113.7"]);
  });

  it("ignores the examples of a refusal", () => {
    const refusal =
      '"x" is not an IP address or CIDR range. Enter one, such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32';
    expect(findCorrections("x", refusal)).toEqual([]);
    expect(findCorrections("10.0.0.1/33", refusal)).toEqual([]);
  });
});
