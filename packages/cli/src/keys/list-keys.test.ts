import type { ApiKey } from "@briksync/sdk";
import { describe, expect, it } from "vitest";
import { filterKeys, type KeyFilter } from "./list-keys.ts";

const now = new Date("2026-06-01T00:00:00.000Z");
const day = 86_400;

function daysAgo(days: number): string {
  return new Date(now.getTime() - days * day * 1000).toISOString();
}

function makeKey(name: string, changes: Partial<ApiKey>): ApiKey {
  const base = { id: name, name, clientId: `api_${name}`, status: "active", lastUsedAt: null, createdOn: daysAgo(400) };
  return { ...base, rotatedOn: null, ipAllowlist: [], ...changes };
}

const keys = [
  makeKey("busy", { lastUsedAt: daysAgo(0), rotatedOn: daysAgo(10) }),
  makeKey("idle", { lastUsedAt: daysAgo(91) }),
  makeKey("never", {}),
  makeKey("new", { createdOn: daysAgo(5) }),
  makeKey("exact", {
    lastUsedAt: daysAgo(90),
    ipAllowlist: [{ id: "1", cidr: "10.0.0.0/8", note: null, createdOn: daysAgo(1), expiresAt: daysAgo(1) }],
  }),
];

function names(filter: KeyFilter): string[] {
  return filterKeys(keys, filter, now).map((key) => key.name);
}

describe("filterKeys", () => {
  it("finds unused keys by their last use, or by their creation if they were never used", () => {
    expect(names({ unusedFor: 90 * day })).toEqual(["idle", "never", "exact"]);
    expect(names({ unusedFor: 5 * day })).toEqual(["idle", "never", "new", "exact"]);
  });

  it("finds old keys by the age of their secret, which a rotation resets", () => {
    expect(names({ olderThan: 365 * day })).toEqual(["idle", "never", "exact"]);
  });

  it("finds unrestricted keys by an empty allowlist, and treats expired entries as a restriction", () => {
    expect(names({ unrestricted: true })).toEqual(["busy", "idle", "never", "new"]);
  });

  it("returns only keys that match all filters", () => {
    expect(names({ unusedFor: 90 * day, unrestricted: true })).toEqual(["idle", "never"]);
  });

  it("throws if the server does not return allowlists, and does not guess", () => {
    const { ipAllowlist: _, ...documented } = makeKey("documented", {});
    expect(() => filterKeys([documented], { unrestricted: true }, now)).toThrow(
      expect.objectContaining({ type: "FEATURE_UNAVAILABLE" }),
    );
    expect(filterKeys([documented], { unusedFor: day }, now)).toHaveLength(1);
  });
});
