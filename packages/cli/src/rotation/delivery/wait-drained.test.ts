import type { LiveSecret } from "@briksync/sdk";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeDrainMs, findLastUse } from "./wait-drained.ts";

const now = Date.parse("2026-02-01T10:30:00.000Z");

function makeSecret(id: string, secondsAgo: number | null): LiveSecret {
  return {
    id,
    state: "current",
    createdOn: "2026-01-01T00:00:00.000Z",
    createdBy: null,
    expiresOn: null,
    firstUsedOn: null,
    lastUsedAt: secondsAgo === null ? null : new Date(now - secondsAgo * 1000).toISOString(),
    lastUsedIp: null,
    leaseExpiresOn: null,
  };
}

describe("computeDrainMs", () => {
  it("returns the rest of the wait, plus a margin for last-used times that the server writes late", () => {
    expect(computeDrainMs([makeSecret("old", 100), makeSecret("new", 1)], "new", 600, now)).toBe(506_000);
    expect(computeDrainMs([makeSecret("old", 605)], "new", 600, now)).toBe(1000);
    expect(computeDrainMs([makeSecret("old", 606)], "new", 600, now)).toBe(0);
  });

  it("returns 0 for secrets that were never used, and considers every secret that ends", () => {
    expect(computeDrainMs([makeSecret("old", null), makeSecret("new", 1)], "new", 600, now)).toBe(0);
    const secrets = [makeSecret("current", 5000), makeSecret("other", 60), makeSecret("retiring", null)];
    expect(computeDrainMs(secrets, "new", 600, now)).toBe(546_000);
    expect(findLastUse(secrets, "new")?.id).toBe("other");
    expect(findLastUse(secrets, "other")?.id).toBe("current");
  });

  it("never returns 0 if a secret was used during the wait", () => {
    const ages = fc.array(fc.option(fc.integer({ min: 0, max: 10_000 })), { maxLength: 5 });
    fc.assert(
      fc.property(ages, fc.integer({ min: 1, max: 5000 }), (secondsAgo, quietSeconds) => {
        const secrets = secondsAgo.map((age, index) => makeSecret(String(index), age));
        const waitMs = computeDrainMs(secrets, "new", quietSeconds, now);
        const isQuiet = secondsAgo.every((age) => age === null || age > quietSeconds);
        expect(waitMs).toBeGreaterThanOrEqual(0);
        if (waitMs === 0) expect(isQuiet).toBe(true);
      }),
    );
  });
});
