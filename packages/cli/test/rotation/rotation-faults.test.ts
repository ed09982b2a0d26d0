import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutEveryByte } from "../rotation-faults/cut-every-byte.ts";
import { type Lab, type LabSecret, startLab } from "../rotation-faults/lab.ts";
import { runScenario } from "../rotation-faults/run-scenario.ts";
import { runTrials } from "../rotation-faults/run-trials.ts";
import { plainScenario } from "../rotation-faults/scenario.ts";
import { spawnCli } from "../support/cli-process.ts";

// These tests run a limited part of `pnpm test:crash`. Pass the seed of a failed test there to repeat it.

it("C-09 C-10 the CLI, interrupted anywhere, never leaves a refused secret, and a rerun leaves only one", async () => {
  const seed = Date.now() % 1_000_000;
  const [boundaries, random] = [seed % 200, 1_000];
  for (const first of [boundaries, random]) {
    const { violations, faulted, polls } = await runTrials({ seed, first, count: 14, lanes: 2 });
    expect({ seed, first, violations }).toEqual({ seed, first, violations: [] });
    expect(faulted).toBeGreaterThan(7);
    expect(polls).toBeGreaterThan(100);
  }
}, 300_000);

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab?.stop());

it("C-09 the SDK, interrupted after any byte, never leaves a refused secret, and a rerun leaves only one", async () => {
  const offset = Date.now() % 1_000_000;
  const { violations, cuts } = await cutEveryByte(lab, { step: 199, offset });
  expect({ offset, violations }).toEqual({ offset, violations: [] });
  expect(cuts).toBeGreaterThan(30);
}, 120_000);

describe("the trials find", () => {
  const kill = { kind: "kill-cli", when: "response", afterMs: 0, signal: "SIGKILL" } as const;

  it("a client that finishes before it delivers", async () => {
    const program = fileURLToPath(new URL("../rotation-faults/finish-first-client.ts", import.meta.url));
    const scenario = { ...plainScenario, faults: [{ ...kill, at: 2 }] };
    const { violations } = await runScenario(lab, scenario, {
      startClient: (args, env) => spawnCli(args, { env, program }),
    });
    expect(violations[0]).toMatch(/^a poll was refused: .*INVALID_CREDENTIALS/);
  });

  it("a server on which a new pending secret ends the older ones", async () => {
    const endPending = async (keyId: string): Promise<void> => {
      for (const { id, state } of await lab.call<LabSecret[]>("GET", `/keys/${keyId}/rotations`)) {
        if (state === "pending") await lab.call("POST", `/keys/${keyId}/rotations/${id}/abort`, { force: true });
      }
    };
    // The run dies after the delivery. The rerun has no journal, so it starts another rotation.
    const scenario = { ...plainScenario, keepsJournal: false, faults: [{ ...kill, at: 5 }] };
    const { violations } = await runScenario(lab, scenario, { beforeRotate: endPending });
    expect(violations[0]).toMatch(/^a poll was refused: .*INVALID_CREDENTIALS/);
  });

  it("no violation without faults", async () => {
    const { violations, runs, pollReport } = await runScenario(lab, plainScenario);
    expect(violations).toEqual([]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(pollReport.unavailable).toBe(0);
  });
});
