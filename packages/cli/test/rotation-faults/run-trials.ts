import { createRandom } from "../../../server/test/support/random.ts";
import { type Course, drawCourse, listBoundaryCourses } from "./course.ts";
import { type Lab, startLab } from "./lab.ts";
import { runCourse, type TrialResult } from "./run-course.ts";

/** What many trials came to. */
export interface TrialsReport {
  readonly trials: number;
  /** Trials in which something went wrong as it was meant to. */
  readonly faulted: number;
  readonly runs: number;
  readonly polls: number;
  readonly unavailable: number;
  readonly stale: number;
  /** Reruns that were too slow for their lease; none on a machine that has time. */
  readonly starved: number;
  /** Each with the number of its trial, which with the seed makes it again. */
  readonly violations: readonly string[];
}

/** Which trials are made. Those before `boundaries` are one for each boundary, the others are drawn from the seed. */
export interface TrialsPlan {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  /** How many run at the same time. */
  readonly lanes: number;
}

/** The course of a trial: first every boundary in an order that the seed decides, then random ones. */
export function chooseCourse(seed: number, trial: number): Course {
  const boundaries = listBoundaryCourses();
  const boundary = boundaries[(trial * 7 + seed) % boundaries.length];
  if (trial < boundaries.length && boundary !== undefined) return boundary;
  return drawCourse(createRandom(seed * 1_000_003 + trial));
}

/** Makes trials, some at once, each lane of them with a server of its own, which some of them kill. */
export async function runTrials(
  { seed, first, count, lanes }: TrialsPlan,
  onTrial: (trial: number, course: Course, result: TrialResult) => void = () => undefined,
): Promise<TrialsReport> {
  const report = { trials: 0, faulted: 0, runs: 0, polls: 0, unavailable: 0, stale: 0, starved: 0 };
  const violations: string[] = [];
  let next = first;
  const work = async (lab: Lab): Promise<void> => {
    while (next < first + count) {
      const trial = next++;
      const course = chooseCourse(seed, trial);
      const result = await runCourse(lab, course);
      report.trials += 1;
      if (result.happened.length > 0) report.faulted += 1;
      report.runs += result.runs.length;
      report.polls += result.consumption.polls;
      report.unavailable += result.consumption.unavailable;
      report.stale += result.consumption.stale;
      report.starved += result.starved;
      violations.push(...result.violations.map((violation) => `trial ${trial}: ${violation}`));
      onTrial(trial, course, result);
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
