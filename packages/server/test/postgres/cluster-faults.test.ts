import { describe, expect, it } from "vitest";
import { type Mistake, startBrokenFront } from "../support/broken-front.ts";
import { type FaultName, faultNames } from "../support/cluster-faults.ts";
import { type ClusterReport, runClusterRounds } from "../support/cluster-rounds.ts";
import { createRandom } from "../support/random.ts";

/** Returns all faults once, in an order that the seed decides. */
function shuffleFaults(seed: number): FaultName[] {
  const random = createRandom(seed);
  const left = [...faultNames];
  return Array.from({ length: left.length }, () => left.splice(random.pick(left.length), 1)).flat();
}

it("S-13 S-14 S-52 under any fault, three nodes keep confirmed changes, refuse ended secrets and recover in time", async () => {
  const seed = Date.now() % 1_000_000;
  const report = await runClusterRounds({ seed, faults: shuffleFaults(seed) });
  expect(report.violations, `seed ${seed}`).toEqual([]);
  expect(report.rounds).toBe(faultNames.length);
  expect(report.acknowledged).toBeGreaterThan(50);
  expect(report.certain.live).toBeGreaterThan(300);
  expect(report.certain.ended).toBeGreaterThan(300);
  expect(report.responses["503"]).toBeGreaterThan(0);
}, 600_000);

describe("the search finds", () => {
  const search = (mistake: Mistake, faults: readonly FaultName[]): Promise<ClusterReport> =>
    runClusterRounds({ seed: 1, faults }, undefined, async (url, index) =>
      index === 1 ? startBrokenFront(url, mistake) : { url, close: async () => undefined },
    );

  it("S-13 a node that caches verify responses for a second", async () => {
    const faults: FaultName[] = ["terminate the backends", "terminate the backends", "sever a node's link"];
    const { violations } = await search("caches verify responses for a second", faults);
    expect(violations.join("\n")).toContain("node 2 accepted an ended");
  }, 300_000);

  it("S-14 a node that confirms a change before the commit", async () => {
    const faults: FaultName[] = ["restart the database", "crash the database", "fill the connections"];
    const { violations } = await search("confirms before the commit", faults);
    expect(violations.join("\n")).toMatch(/accepted an ended secret|is true and not false|name is .* and not/);
  }, 300_000);
});
