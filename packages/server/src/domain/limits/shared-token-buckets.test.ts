import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TokenLedger } from "../../store/store.ts";
import { SharedTokenBuckets } from "./shared-token-buckets.ts";
import type { BucketLimit } from "./token-bucket.ts";

/**
 * Offset between the ledger's clock and the nodes' clocks, large enough that milliseconds in doubles are no longer
 * exact.
 */
const epochMs = 1_764_000_000_000;

/**
 * Starts the ledger of decision 0031 behind a network. It computes as the SQL does, and its clock advances while a
 * charge travels.
 */
function startLedger(clock: { nowMs: number }, thereMs: number, backMs: number) {
  let fullAtMs = 0;
  let chargedBy = "";
  return (node: string): TokenLedger => ({
    forget: async () => {
      fullAtMs = 0;
      chargedBy = "";
    },
    charge: async ({ takenMs, debtMs }) => {
      clock.nowMs += thereMs;
      const nowMs = epochMs + clock.nowMs;
      const isOwn = chargedBy === "" || chargedBy === node;
      fullAtMs = isOwn ? nowMs + debtMs : Math.max(fullAtMs, nowMs) + takenMs;
      chargedBy = node;
      const answerMs = Math.max(0, fullAtMs - nowMs);
      clock.nowMs += backMs;
      return answerMs;
    },
  });
}

function startNode(ledger: TokenLedger, clock: { nowMs: number }): SharedTokenBuckets {
  const reportFailure = (error: unknown): never => {
    throw error;
  };
  return new SharedTokenBuckets({ ledger, nowMs: () => clock.nowMs, maxKeys: 10, reportFailure });
}

describe("SharedTokenBuckets", () => {
  const floods = fc.record({
    perMinute: fc.integer({ min: 60, max: 6_000 }),
    burst: fc.integer({ min: 20, max: 300 }),
    // Share of the time in which a tenth of the burst refills. With slower responses, the node waits for them and not
    // for tokens.
    tripShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
    thereShare: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it("S-31 allows burst + rate · T on a key flooded over one node, however slow the ledger's responses are", async () => {
    await fc.assert(
      fc.asyncProperty(floods, async ({ tripShare, thereShare, ...limit }) => {
        const clock = { nowMs: 1_000 };
        const tokenMs = 60_000 / limit.perMinute;
        const tripMs = tripShare * Math.ceil(limit.burst / 10) * tokenMs;
        const node = startNode(startLedger(clock, tripMs * thereShare, tripMs * (1 - thereShare))("a"), clock);
        const seconds = (limit.burst * 3 * tokenMs) / 1_000;
        let passed = 0;
        for (; clock.nowMs < 1_000 + seconds * 1_000; clock.nowMs += tokenMs / 20) {
          while ((await node.take("key", limit)).allowed) passed++;
        }
        const tokens = limit.burst + (clock.nowMs - 1_000) / tokenMs;
        expect(passed).toBeLessThanOrEqual(tokens + 0.001);
        expect(passed).toBeGreaterThanOrEqual(tokens - 2);
      }),
      { numRuns: 40 },
    );
  });

  it("S-31 allows no more than the documented bound on a key flooded over several nodes", async () => {
    await fc.assert(
      fc.asyncProperty(floods, fc.integer({ min: 2, max: 4 }), async ({ tripShare, thereShare, ...limit }, count) => {
        const clock = { nowMs: 1_000 };
        const tokenMs = 60_000 / limit.perMinute;
        const tripMs = tripShare * Math.ceil(limit.burst / 10) * tokenMs;
        const join = startLedger(clock, tripMs * thereShare, tripMs * (1 - thereShare));
        const nodes = Array.from({ length: count }, (_, index) => startNode(join(String(index)), clock));
        const endMs = 1_000 + limit.burst * 3 * tokenMs;
        let passed = 0;
        for (; clock.nowMs < endMs; clock.nowMs += tokenMs / 20) {
          for (const node of nodes) if ((await node.take("key", limit)).allowed) passed++;
        }
        expect(passed).toBeLessThanOrEqual(readBound(limit, count, clock.nowMs - 1_000) + 1);
      }),
      { numRuns: 40 },
    );
  });
});

/** Returns the bound of decision 0031. The part that a node may hold back is rounded up to whole tokens. */
function readBound({ perMinute, burst }: BucketLimit, nodes: number, durationMs: number): number {
  return burst + nodes * Math.ceil(burst / 10) + (perMinute * durationMs * (1 + nodes / 20)) / 60_000;
}
