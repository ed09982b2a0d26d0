import type { AllowedIp } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import vectors from "../../../../server/test/vectors/cidr.json" with { type: "json" };
import { CliError } from "../../errors/cli-error.ts";
import { findReach, planAllowlist, predictAllowlist, type RequestedChange, readNetworks } from "./plan-allowlist.ts";

const now = new Date("2026-06-01T12:00:00.000Z");
const earlier = "2026-06-01T11:00:00.000Z";
const later = "2026-06-01T14:00:00.000Z";
const muchLater = "2026-07-01T00:00:00.000Z";

function entry(cidr: string, expiresAt: string | null = null): AllowedIp {
  return { id: `id of ${cidr}`, cidr, note: null, createdOn: earlier, expiresAt };
}

describe("an address that the user types", () => {
  it.each(vectors.canonical)("S-21 is parsed as on the server: %s as %s", (text, canonical) => {
    expect(readNetworks([text]).map((network) => network.text)).toEqual([canonical]);
  });

  it("S-21 is refused as on the server, in one error with all problems", () => {
    // In a terminal, spaces and line breaks around an address are allowed.
    const invalid = vectors.invalid.filter((text) => text.trim() === text);
    const texts = [
      ...invalid,
      ...vectors.hostBits.map(([text = ""]) => text),
      ...vectors.everyAddress,
      ...vectors.zoneIds,
    ];
    expect(() => readNetworks([...texts, "10.0.0.0/8"])).toThrow(
      expect.objectContaining({
        type: "VALIDATION_FAILED",
        details: texts.map(() => expect.stringMatching(/^".*"|^The text/)),
      }),
    );
  });

  it.each(vectors.membership)("S-21 is compared as on the server: %s contains %s: %s", (network, address, isInside) => {
    expect(findReach([entry(String(network))], String(address), now)).toBe(isInside ? "included" : "excluded");
  });
});

describe("findReach", () => {
  it("S-22 is open without entries, and closed if all entries have expired", () => {
    expect(findReach([], "203.0.113.7", now)).toBe("open");
    expect(findReach([entry("203.0.113.0/24", earlier)], "203.0.113.7", now)).toBe("closed");
    expect(findReach([entry("203.0.113.0/24", now.toISOString())], "203.0.113.7", now)).toBe("closed");
  });

  it("includes only addresses in an entry that has not expired", () => {
    const list = [entry("203.0.113.0/24", later), entry("198.51.100.0/24", earlier)];
    expect(findReach(list, "203.0.113.7", now)).toBe("included");
    expect(findReach(list, "198.51.100.7", now)).toBe("excluded");
    expect(findReach(list, "not an address", now)).toBe("excluded");
    expect(findReach(list, null, now)).toBe("unknown");
  });
});

describe("planAllowlist", () => {
  const list = [entry("203.0.113.0/24"), entry("198.51.100.7/32", later), entry("192.0.2.1/32", earlier)];

  const plan = (change: Partial<RequestedChange>) =>
    planAllowlist(list, {
      additions: [],
      expiresAt: null,
      mayShorten: false,
      isNoteOnly: false,
      removals: [],
      ...change,
    });

  it("adds missing entries, renews entries that expire earlier, and shortens entries only on request", () => {
    const additions = readNetworks(["10.0.0.0/8", "203.0.113.0/24", "198.51.100.7", "192.0.2.1"]);
    const does = (expiresAt: string | null, mayShorten = false, isNoteOnly = false) =>
      plan({ additions, expiresAt, mayShorten, isNoteOnly }).additions.map((addition) => addition.does);
    expect(does(null)).toEqual(["add", "keep", "renew", "renew"]);
    expect(does(later)).toEqual(["add", "keep", "keep", "renew"]);
    expect(does(muchLater)).toEqual(["add", "keep", "renew", "renew"]);
    expect(does(null, true)).toEqual(["add", "keep", "renew", "renew"]);
    expect(does(later, true)).toEqual(["add", "shorten", "keep", "renew"]);
    expect(does(muchLater, true)).toEqual(["add", "shorten", "renew", "renew"]);
    expect(does(null, false, true)).toEqual(["add", "keep", "keep", "keep"]);
  });

  it("finds an entry to remove by its ID, and by its address in any notation", () => {
    const find = (text: string) => plan({ removals: [text] }).removals.map((removed) => removed.cidr);
    expect(find("198.51.100.7")).toEqual(["198.51.100.7/32"]);
    expect(find("::ffff:198.51.100.7")).toEqual(["198.51.100.7/32"]);
    expect(find("id of 203.0.113.0/24")).toEqual(["203.0.113.0/24"]);
  });

  it("refuses to remove a missing entry, or an entry that is also added", () => {
    expect(() => plan({ removals: ["10.0.0.0/8"] })).toThrow(
      expect.objectContaining({ type: "NOT_FOUND", details: list.map((known) => known.cidr) }),
    );
    const both = { additions: readNetworks(["203.0.113.0/24"]), removals: ["203.0.113.0/24"] };
    expect(() => plan(both)).toThrow(CliError);
  });

  it("predicts the resulting list", () => {
    const additions = readNetworks(["10.0.0.0/8", "192.0.2.1"]);
    const planned = plan({ additions, expiresAt: later, removals: ["203.0.113.0/24"] });
    expect(predictAllowlist(list, planned, later).map(({ cidr, expiresAt }) => [cidr, expiresAt])).toEqual([
      ["198.51.100.7/32", later],
      ["10.0.0.0/8", later],
      ["192.0.2.1/32", later],
    ]);
  });
});
