import { expect, it } from "vitest";
import { createCallLimits } from "./call-limits.ts";

/** Returns how many calls are admitted immediately. */
function countAdmitted(admit: () => void): number {
  for (let count = 0; ; count++) {
    try {
      admit();
    } catch (error) {
      expect(error).toMatchObject({ type: "RATE_LIMITED", retryAfterSeconds: expect.any(Number) });
      return count;
    }
  }
}

it("S-63 limits networks, repositories and trusts separately", () => {
  let nowMs = 0;
  const limits = createCallLimits({ nowMs: () => nowMs, maxKeys: 100 });
  expect(countAdmitted(() => limits.networkExchanges.admit("192.0.2.1"))).toBe(300);
  expect(countAdmitted(() => limits.networkExchanges.admit("192.0.2.2"))).toBe(300);
  expect(countAdmitted(() => limits.tenantExchanges.admit("https://issuer.example one/repo"))).toBe(300);
  expect(countAdmitted(() => limits.tenantExchanges.admit("https://issuer.example other/repo"))).toBe(300);
  expect(countAdmitted(() => limits.trustExchanges.admit("one"))).toBe(120);
  expect(countAdmitted(() => limits.trustExchanges.admit("other"))).toBe(120);
  nowMs += 1_000;
  expect(countAdmitted(() => limits.trustExchanges.admit("one"))).toBe(2);
});

it("I-04 logs a limited number of a trust's refusals, and limits no exchange because of them", () => {
  const limits = createCallLimits({ nowMs: () => 0, maxKeys: 100 });
  const logged = Array.from({ length: 100 }, () => limits.loggedRefusals.mayTake("one")).filter(Boolean);
  expect(logged).toHaveLength(60);
  expect(limits.loggedRefusals.mayTake("other")).toBe(true);
  expect(countAdmitted(() => limits.trustExchanges.admit("one"))).toBe(120);
});
