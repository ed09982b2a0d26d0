import type { ApiKey } from "@briksync/sdk/browser";
import { describe, expect, it } from "vitest";
import { type KeyChip, matchesFilter } from "./key-filter.ts";

const now = Date.parse("2026-06-01T00:00:00.000Z");

function makeKey(input: Partial<ApiKey> = {}): ApiKey {
  return {
    id: "1",
    name: "CRM Integration",
    clientId: "api_0123456789abcdef01234567",
    status: "active",
    createdOn: "2026-05-31T00:00:00.000Z",
    lastUsedAt: null,
    ipAllowlist: [],
    ...input,
  };
}

function matches(key: Partial<ApiKey>, text: string, ...chips: KeyChip[]): boolean {
  return matchesFilter(makeKey(key), text, new Set(chips), now);
}

describe("the filter of the list of keys", () => {
  it("finds names, client IDs and addresses in any case", () => {
    expect(matches({}, " crm ")).toBe(true);
    expect(matches({}, "API_0123")).toBe(true);
    expect(matches({ lastUsedIp: "203.0.113.9" }, "203.0.113.9")).toBe(true);
    const entry = { id: "e", cidr: "198.51.100.0/24", note: null, createdOn: "", expiresAt: null };
    expect(matches({ ipAllowlist: [entry] }, "198.51")).toBe(true);
    expect(matches({}, "billing")).toBe(false);
  });

  it("shows both states if both chips or none are on", () => {
    expect(matches({ status: "revoked" }, "")).toBe(true);
    expect(matches({ status: "revoked" }, "", "active", "revoked")).toBe(true);
    expect(matches({ status: "revoked" }, "", "active")).toBe(false);
    expect(matches({}, "", "revoked")).toBe(false);
  });

  it("counts a key as unused 90 days after its last use, or after its creation", () => {
    expect(matches({ lastUsedAt: "2026-03-03T00:00:00.000Z" }, "", "unused")).toBe(true);
    expect(matches({ lastUsedAt: "2026-03-04T00:00:00.000Z" }, "", "unused")).toBe(false);
    expect(matches({}, "", "unused")).toBe(false);
    expect(matches({ createdOn: "2026-01-01T00:00:00.000Z" }, "", "unused")).toBe(true);
    expect(matches({ status: "revoked", createdOn: "2026-01-01T00:00:00.000Z" }, "", "unused")).toBe(false);
  });

  it("counts a key as unrestricted only if the server says that its allowlist is empty", () => {
    expect(matches({}, "", "unrestricted")).toBe(true);
    const { ipAllowlist: _, ...documented } = makeKey();
    expect(matchesFilter(documented, "", new Set(["unrestricted"]), now)).toBe(false);
  });
});
