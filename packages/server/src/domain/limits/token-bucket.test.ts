import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BucketLimit, TokenBuckets } from "./token-bucket.ts";

const limit: BucketLimit = { perMinute: 600, burst: 120 };

function startBuckets(maxKeys = 1_000, startMs = 5_000_000) {
  const clock = { nowMs: startMs };
  return { clock, buckets: new TokenBuckets({ nowMs: () => clock.nowMs, maxKeys }) };
}

function drain(buckets: TokenBuckets, key: string, of: BucketLimit = limit): number {
  let passed = 0;
  while (buckets.take(key, of).allowed) passed += 1;
  return passed;
}

/**
 * A reference bucket without rounding. It counts in whole units of 1/60,000 token, so that one millisecond adds
 * `perMinute` units.
 */
class ReferenceBucket {
  #units = 0;
  #lastMs: number;
  readonly #limit: BucketLimit;

  constructor(startMs: number, of: BucketLimit) {
    this.#limit = of;
    this.#lastMs = startMs;
    this.#units = of.burst * 60_000;
  }

  take(nowMs: number): number | null {
    this.#units = Math.min(this.#limit.burst * 60_000, this.#units + (nowMs - this.#lastMs) * this.#limit.perMinute);
    this.#lastMs = nowMs;
    if (this.#units < 60_000) return null;
    this.#units -= 60_000;
    return Math.floor(this.#units / 60_000);
  }

  waitMs(): number {
    return Math.ceil((60_000 - this.#units) / this.#limit.perMinute);
  }
}

const limits = fc.record({ perMinute: fc.integer({ min: 1, max: 100_000 }), burst: fc.integer({ min: 1, max: 300 }) });
const pauses = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 100_000 }));

describe("TokenBuckets", () => {
  it("S-31 allows 120 calls from a full bucket and refuses the 121st", () => {
    const { buckets } = startBuckets();
    for (let left = 119; left >= 0; left -= 1) {
      expect(buckets.take("key", limit)).toEqual({ allowed: true, remaining: left });
    }
    expect(buckets.take("key", limit)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(drain(buckets, "another key")).toBe(120);
  });

  it("S-31 allows between burst + rate · T - 1 and burst + rate · T + 1 calls in T seconds of flood", () => {
    fc.assert(
      fc.property(
        limits,
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: 1, max: 40 }),
        (of, floodMs, stepMs) => {
          const { clock, buckets } = startBuckets();
          const endMs = clock.nowMs + floodMs;
          let passed = 0;
          for (; clock.nowMs <= endMs; clock.nowMs += stepMs) passed += drain(buckets, "key", of);
          const promised = of.burst + (of.perMinute / 60_000) * floodMs;
          expect(passed).toBeLessThanOrEqual(promised + 1);
          // A bucket that is full before the next step loses the tokens that would have been added until then.
          if ((of.perMinute / 60_000) * stepMs <= of.burst - 1) {
            expect(passed).toBeGreaterThanOrEqual(promised - 1 - (of.perMinute / 60_000) * stepMs);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("S-31 decides every call as exact arithmetic does", () => {
    fc.assert(
      fc.property(
        limits,
        fc.array(fc.tuple(pauses, fc.integer({ min: 1, max: 40 })), { maxLength: 40 }),
        (of, bursts) => {
          const { clock, buckets } = startBuckets();
          const reference = new ReferenceBucket(clock.nowMs, of);
          for (const [pauseMs, calls] of bursts) {
            clock.nowMs += pauseMs;
            for (let call = 0; call < calls; call += 1) {
              const expected = reference.take(clock.nowMs);
              const result = buckets.take("key", of);
              expect(result.allowed ? result.remaining : null).toBe(expected);
              if (!result.allowed) expect(result.retryAfterSeconds).toBe(Math.ceil(reference.waitMs() / 1_000));
            }
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("S-31 returns an exact Retry-After: one call passes then, and none would pass a second earlier", () => {
    fc.assert(
      fc.property(limits, pauses, (of, pauseMs) => {
        const { clock, buckets } = startBuckets();
        drain(buckets, "key", of);
        clock.nowMs += pauseMs;
        drain(buckets, "key", of);
        const refused = buckets.take("key", of);
        if (refused.allowed) throw new Error("a drained bucket let a call pass");
        expect(Number.isInteger(refused.retryAfterSeconds)).toBe(true);
        clock.nowMs += (refused.retryAfterSeconds - 1) * 1_000;
        expect(buckets.take("key", of).allowed).toBe(false);
        clock.nowMs += 1_000;
        expect(buckets.take("key", of).allowed).toBe(true);
      }),
    );
  });

  it("S-31 a refused call consumes no token", () => {
    const { clock, buckets } = startBuckets();
    drain(buckets, "key");
    for (let call = 0; call < 10_000; call += 1) buckets.take("key", limit);
    clock.nowMs += 100;
    expect(drain(buckets, "key")).toBe(1);
  });

  it("S-31 applies a changed limit from the next call", () => {
    const { clock, buckets } = startBuckets();
    drain(buckets, "key");
    expect(drain(buckets, "key", { perMinute: 600, burst: 200 })).toBe(80);

    const lowered: BucketLimit = { perMinute: 60, burst: 10 };
    expect(buckets.take("key", lowered)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    clock.nowMs += 3_000;
    expect(drain(buckets, "key", lowered)).toBe(3);

    const slowed = startBuckets();
    drain(slowed.buckets, "key");
    slowed.clock.nowMs += 3_000;
    // Tokens from before the change were added at the old rate.
    expect(drain(slowed.buckets, "key", { perMinute: 60, burst: 120 })).toBe(30);

    const fresh = startBuckets();
    fresh.buckets.take("key", limit);
    expect(drain(fresh.buckets, "key", lowered)).toBe(9);
  });

  it("S-31 never drops a bucket that is not full, however many other keys arrive", () => {
    const { clock, buckets } = startBuckets(100);
    drain(buckets, "drained");
    for (let other = 0; other < 5_000; other += 1) {
      clock.nowMs += 1;
      buckets.take(`other ${other}`, limit);
      expect(buckets.size).toBeLessThanOrEqual(100);
    }
    // 5 s added exactly 50 tokens to the drained bucket.
    expect(drain(buckets, "drained")).toBe(50);
  });

  it("S-31 makes room by dropping full buckets", () => {
    const { clock, buckets } = startBuckets(100);
    for (let round = 0; round < 50; round += 1) {
      for (let key = 0; key < 100; key += 1) expect(buckets.take(`${round} ${key}`, limit).allowed).toBe(true);
      clock.nowMs += 1_000;
    }
    expect(buckets.size).toBeLessThanOrEqual(100);
  });

  it("S-31 refuses a key that it has no room for with an exact Retry-After, and serves the others", () => {
    const { clock, buckets } = startBuckets(3);
    for (const key of ["a", "b", "c"]) drain(buckets, key);
    const refused = buckets.take("d", limit);
    expect(refused).toEqual({ allowed: false, retryAfterSeconds: 12 });
    clock.nowMs += 11_999;
    expect(buckets.take("d", limit)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect(buckets.take("a", limit).allowed).toBe(true);
    clock.nowMs += 1;
    expect(drain(buckets, "d")).toBe(120);
  });

  it("S-31 matches one bucket per key for any mix of keys, as long as there is room", () => {
    const calls = fc.array(fc.tuple(fc.constantFrom("__proto__", "a", "constructor"), pauses), { maxLength: 200 });
    fc.assert(
      fc.property(calls, limits, (sequence, of) => {
        const { clock, buckets } = startBuckets(3);
        const references = new Map<string, ReferenceBucket>();
        for (const [key, pauseMs] of sequence) {
          clock.nowMs += pauseMs;
          const reference = references.get(key) ?? new ReferenceBucket(clock.nowMs, of);
          references.set(key, reference);
          expect(buckets.take(key, of).allowed).toBe(reference.take(clock.nowMs) !== null);
        }
      }),
    );
  });

  it("S-31 refuses a limit that allows no calls, and does not divide by it", () => {
    const { buckets } = startBuckets();
    for (const of of [
      { perMinute: 0, burst: 10 },
      { perMinute: 10, burst: 0 },
      { perMinute: Number.NaN, burst: 10 },
    ]) {
      expect(() => buckets.take("key", of)).toThrow(RangeError);
    }
  });

  it("S-31 drops full buckets when others arrive, and allows no additional calls because of it", () => {
    const { clock, buckets } = startBuckets(100_000);
    for (let index = 0; index < 20_000; index++) {
      clock.nowMs += 1;
      buckets.take(`key ${index}`, limit);
    }
    // A token refills in 100 ms, so about one hundred buckets are not full at any time.
    expect(buckets.size).toBeLessThan(1_000);
    expect(drain(buckets, "key 0")).toBe(limit.burst);
  });

  it("S-31 records what other nodes took of a key whose bucket was dropped", () => {
    const { clock, buckets } = startBuckets();
    buckets.raiseDebt("elsewhere", limit, 6_000);
    expect(drain(buckets, "elsewhere")).toBe(60);
    clock.nowMs += 1_000;
    expect(drain(buckets, "elsewhere")).toBe(10);
  });
});
