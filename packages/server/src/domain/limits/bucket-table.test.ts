import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, BucketTable } from "./bucket-table.ts";

/** Returns V8's garbage collector, which Node exposes only on request. */
function findCollector(): (options?: { type: "minor" | "major" }) => void {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc");
}

const steps = fc.array(
  fc.record({
    key: fc.integer({ min: 0, max: 500 }),
    pauseMs: fc.constantFrom(0, 0, 0, 1, 20),
    fullInMs: fc.constantFrom(0, 1, 5, 100, 5_000),
    isSweep: fc.nat(200).map((number) => number === 0),
  }),
  { minLength: 200, maxLength: 2_000 },
);

describe("BucketTable", () => {
  it("S-31 drops only full buckets, compared with a map that drops none", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const table = new BucketTable();
        const all = new Map<string, Bucket>();
        let nowMs = 0;
        for (const { key: number, pauseMs, fullInMs, isSweep } of sequence) {
          nowMs += pauseMs;
          const key = String(number);
          const found = table.get(key);
          if (found === undefined) {
            expect(all.get(key)?.fullAtMs ?? 0).toBeLessThanOrEqual(nowMs);
            const bucket = { fullAtMs: nowMs + fullInMs, tokensPerMs: 1, burst: 1 };
            table.dropSome(nowMs);
            table.add(key, bucket);
            all.set(key, bucket);
          } else {
            expect(found).toBe(all.get(key));
            found.fullAtMs = nowMs + fullInMs;
          }
          if (isSweep) {
            const left = [...all.values()].filter(({ fullAtMs }) => fullAtMs > nowMs);
            expect(table.dropFull(nowMs)).toBe(Math.min(...left.map(({ fullAtMs }) => fullAtMs)));
            expect(table.size).toBe(left.length);
          }
        }
        for (const [key, bucket] of all) if (bucket.fullAtMs > nowMs) expect(table.get(key)).toBe(bucket);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves no dropped buckets in V8's old space, even if V8 collects garbage in between", () => {
    const collect = findCollector();
    const table = new BucketTable();
    const addMany = (from: number): void => {
      for (let index = from; index < from + 20_000; index++) {
        table.dropSome(index);
        table.add(`key ${index} ${"x".repeat(40)}`, { fullAtMs: index + 1, tokensPerMs: 1, burst: 1 });
      }
    };
    addMany(0);
    // This moves all live objects to the old space.
    collect({ type: "major" });
    const before = process.memoryUsage().heapUsed;
    for (let from = 20_000; from < 200_000; from += 20_000) {
      addMany(from);
      collect({ type: "minor" });
    }
    const kept = process.memoryUsage().heapUsed - before;
    expect(table.size).toBeLessThan(200);
    // 180,000 buckets and their keys take about 30 MB.
    expect(kept).toBeLessThan(4_000_000);
  });
});
