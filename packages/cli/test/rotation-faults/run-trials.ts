import { createRandom } from "../../../server/test/support/random.ts";
import { type Lab, startLab } from "./lab.ts";
import { runScenario, type TrialResult } from "./run-scenario.ts";
import { drawScenario, listBoundaryScenarios, type Scenario } from "./scenario.ts";

/** The results of many trials. */
export interface TrialsReport {
  readonly trials: number;
  /** Number of trials in which a fault happened. */
  readonly faulted: number;
  readonly runs: number;
  readonly polls: number;
  readonly unavailable: number;
  readonly stale: number;
  /** Number of reruns that lost their lease because the machine was too busy. */
  readonly starved: number;
  /** Each violation starts with the number of its trial. With the seed, the number repeats the trial. */
  readonly violations: readonly string[];
}

/** The trials to run. The first ones cover each boundary once. The seed determines the others. */
export interface TrialsPlan {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** Number of concurrent trials. */
  readonly lanes: number;
}

/**
 * Returns the scenario of a trial: first each boundary, in an order that depends on the seed, then random scenarios.
 */
function chooseScenario(seed: number, trial: number): Scenario {
  const boundaries = listBoundaryScenarios();
  const boundary = boundaries[(trial * 7 + seed) % boundaries.length];
  if (trial < boundaries.length && boundary !== undefined) return boundary;
  return drawScenario(createRandom(seed * 1_000_003 + trial));
}

/** Runs trials in concurrent lanes. Each lane has its own server, because some trials kill it. */
export async function runTrials(
  { seed, first, count, lanes }: TrialsPlan,
  onTrial: (trial: number, scenario: Scenario, result: TrialResult) => void = () => undefined,
): Promise<TrialsReport> {
  const report = { trials: 0, faulted: 0, runs: 0, polls: 0, unavailable: 0, stale: 0, starved: 0 };
  const violations: string[] = [];
  let next = first;
  const work = async (lab: Lab): Promise<void> => {
    while (next < first + count) {
      const trial = next++;
      const scenario = chooseScenario(seed, trial);
      const result = await runScenario(lab, scenario);
      report.trials += 1;
      if (result.happened.length > 0) report.faulted += 1;
      report.runs += result.runs.length;
      report.polls += result.pollReport.polls;
      report.unavailable += result.pollReport.unavailable;
      report.stale += result.pollReport.stale;
      report.starved += result.starved;
      violations.push(...result.violations.map((violation) => `trial ${trial}: ${violation}`));
      onTrial(trial, scenario, result);
    }
  };
  const labs = await Promise.all(Array.from({ length: Math.min(lanes, count) }, startLab));
  try {
    await Promise.all(labs.map(work));
    return { ...report, violations };
  } finally {
    await Promise.all(labs.map((lab) => lab.stop()));
  }
}
