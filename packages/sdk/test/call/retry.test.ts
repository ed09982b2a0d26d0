import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTransientRefusal, parseRetryAfter, planRetry, type RetryFacts } from "../../src/call/retry.ts";
import { RetryBudget } from "../../src/call/retry-budget.ts";

const retryable: RetryFacts = {
  repetition: "safe",
  isReplayKnown: false,
  outcome: "unknown",
  isTransient: true,
  retries: 0,
  maxRetries: 2,
  remainingMs: 30_000,
  random: 0.5,
};

describe("planRetry", () => {
  it("K-01 retries safe calls after any outcome", () => {
    for (const outcome of ["not-sent", "rejected", "unknown"] as const) {
      expect(planRetry({ ...retryable, outcome })).not.toBeNull();
    }
  });

  it("K-01 retries a keyed call after an unknown outcome only if the server replays", () => {
    expect(planRetry({ ...retryable, repetition: "keyed" })).toBeNull();
    expect(planRetry({ ...retryable, repetition: "keyed", isReplayKnown: true })).not.toBeNull();
    expect(planRetry({ ...retryable, repetition: "keyed", outcome: "not-sent" })).not.toBeNull();
  });

  it("K-01 retries other calls only if nothing was sent", () => {
    expect(planRetry({ ...retryable, repetition: "once" })).toBeNull();
    expect(planRetry({ ...retryable, repetition: "once", isReplayKnown: true })).toBeNull();
    expect(planRetry({ ...retryable, repetition: "once", outcome: "rejected" })).toBeNull();
    expect(planRetry({ ...retryable, repetition: "once", outcome: "not-sent" })).not.toBeNull();
  });

  it("K-01 stops after maxRetries and after permanent failures", () => {
    expect(planRetry({ ...retryable, retries: 2 })).toBeNull();
    expect(planRetry({ ...retryable, maxRetries: 0 })).toBeNull();
    expect(planRetry({ ...retryable, isTransient: false })).toBeNull();
  });

  it("K-01 uses a random delay from a growing range, within the deadline", () => {
    expect(planRetry({ ...retryable, random: 0 })).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 60_000 }),
        (retries, random, remainingMs) => {
          const ceilingMs = Math.min(5_000, 200 * 2 ** retries);
          const delayMs = planRetry({ ...retryable, retries, maxRetries: 100, random, remainingMs });
          if (random * ceilingMs >= remainingMs) expect(delayMs).toBeNull();
          else expect(delayMs).toBeCloseTo(random * ceilingMs, 6);
        },
      ),
    );
  });

  it("K-01 waits for the whole Retry-After, or does not retry if it exceeds the deadline", () => {
    const delayMs = planRetry({ ...retryable, retryAfterSeconds: 3, random: 0.5 });
    expect(delayMs).toBeGreaterThanOrEqual(3_000);
    expect(delayMs).toBeLessThan(3_200);
    expect(planRetry({ ...retryable, retryAfterSeconds: 30 })).toBeNull();
  });
});

describe("parseRetryAfter", () => {
  const now = Date.parse("2026-02-01T10:30:00.000Z");
  const YEARS = 10 * 365 * 86_400;

  it.each([
    ["7", 7],
    [" 0 ", 0],
    ["1.5", 2],
    ["2592000", 2_592_000],
    ["99999999999", YEARS],
    ["9".repeat(400), YEARS],
    ["5, 30", 30],
    ["Sun, 01 Feb 2026 10:30:12 GMT", 12],
    ["Sunday, 01-Feb-26 10:30:12 GMT", 12],
    ["Sun Feb  1 10:30:12 2026", 12],
    ["Sun, 01 Feb 2026 10:29:00 GMT", 0],
    ["Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["Fri, 31 Dec 9999 23:59:59 GMT", YEARS],
  ])("K-01 reads %j as %i seconds", (text, seconds) => {
    expect(parseRetryAfter(text, null, now)).toBe(seconds);
  });

  it("K-01 rounds a date up, so that the wait never ends before it", () => {
    expect(parseRetryAfter("Sun, 01 Feb 2026 10:30:12 GMT", null, now - 1)).toBe(13);
  });

  it.each([-7_200, -3, 0, 3, 7_200, 86_400 * 400])(
    "K-01 compares a date with the server's clock if the two clocks differ by %i s",
    (skewSeconds) => {
      const write = (ms: number): string => new Date(ms + skewSeconds * 1000).toUTCString();
      expect(parseRetryAfter(write(now + 20_000), write(now), now)).toBe(20);
    },
  );

  it("K-01 uses the local clock if the response has no valid Date", () => {
    for (const date of [null, "", "yesterday", "12", "2026-02-01T10:00:00Z"]) {
      expect(parseRetryAfter("Sun, 01 Feb 2026 10:30:12 GMT", date, now)).toBe(12);
    }
  });

  it("K-01 ignores anything else", () => {
    for (const text of [
      null,
      "",
      "soon",
      "-1",
      "+1",
      "1e3",
      "0x10",
      "12 s",
      "5,",
      "Feb 1",
      "x GMT",
      "Infinity",
      "NaN",
    ]) {
      expect(parseRetryAfter(text, null, now), String(text)).toBeUndefined();
    }
  });
});

describe("RetryBudget", () => {
  it("K-01 allows 100 retries, and then one per ten successful calls", () => {
    const budget = new RetryBudget();
    for (let index = 0; index < 100; index++) expect(budget.spend()).toBe(true);
    expect(budget.spend()).toBe(false);
    for (let index = 0; index < 11; index++) budget.refund();
    expect(budget.spend()).toBe(true);
    expect(budget.spend()).toBe(false);
  });
});

it("K-01 treats 408, 429, 502, 503 and 504 as transient", () => {
  const statuses = Array.from({ length: 500 }, (_, index) => index + 100);
  expect(statuses.filter((status) => isTransientRefusal(status, undefined))).toEqual([408, 429, 502, 503, 504]);
  expect(isTransientRefusal(409, "IDEMPOTENCY_IN_PROGRESS")).toBe(true);
  expect(isTransientRefusal(409, "ROTATION_IN_PROGRESS")).toBe(false);
});
