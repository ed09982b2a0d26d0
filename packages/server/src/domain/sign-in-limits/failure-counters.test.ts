import { describe, expect, it } from "vitest";
import { FailureCounters } from "./failure-counters.ts";

describe("FailureCounters", () => {
  it("S-05 keeps at most the configured number of counters", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, max: 5, maxEntries: 100 });
    for (let index = 0; index < 10_000; index += 1) {
      counters.reserve(`key ${index}`);
      expect(counters.size).toBeLessThanOrEqual(100);
      clock.nowMs += index % 3;
    }
  });

  it("S-05 drops empty counters before others, and then those closest to empty", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, max: 10, maxEntries: 10 });
    for (let index = 0; index < 10; index += 1) {
      for (let times = 0; times <= index; times += 1) counters.reserve(`key ${index}`);
    }
    clock.nowMs += 300;
    counters.reserve("new");
    // Three counters were empty. The emptiest of the others make room.
    expect(counters.size).toBe(8);
    for (let index = 0; index < 3; index += 1) counters.reserve(`newer ${index}`);
    expect(counters.size).toBeLessThanOrEqual(10);
    let room = 0;
    for (; counters.measureWaitMs("key 9") === 0; room += 1) counters.reserve("key 9");
    expect(room).toBe(3);
  });
});
