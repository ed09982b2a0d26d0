import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSink } from "../support/read-sink.ts";
import type { Consumption } from "../support/sink-consumer.ts";
import type { Course } from "./course.ts";
import { createFaultyHome, type FaultyHome, type Mistake, type RunEnd } from "./faulty-home.ts";
import type { Lab, LabKey, LabSecret } from "./lab.ts";
import { createTrialSink, type TrialSink } from "./trial-sink.ts";

/** What came of a trial. */
export interface TrialResult {
  /** What went wrong as it was meant to. */
  readonly happened: readonly string[];
  /** What must not be: none where the protocol holds. */
  readonly violations: readonly string[];
  readonly runs: readonly RunEnd[];
  /** Reruns that a busy machine did not let get through their lease in time. */
  readonly starved: number;
  readonly consumption: Consumption;
}

let trials = 0;

/**
 * Runs one course with a key of its own: the runs with their faults, one rerun without, and the checks of what must hold
 * then. Meanwhile the consumer presents what the sink holds.
 */
export async function runCourse(lab: Lab, course: Course, mistake: Mistake = {}): Promise<TrialResult> {
  trials += 1;
  const directory = join(lab.directory, String(trials));
  const key = await lab.call<LabKey>("POST", "/keys", { name: `Key ${trials}` });
  const sink = createTrialSink(directory, course, key.clientSecret);
  const homes: FaultyHome[] = [];
  const openHome = async (faults: Course["faults"]): Promise<FaultyHome> => {
    const home = await createFaultyHome(lab, faults, mistake);
    homes.push(home);
    return home;
  };
  const watch = await lab.consumer.watch(lab.server.url, sink.place);
  try {
    const first = await openHome(course.faults);
    const runs = await runAll(course, key, sink, first, openHome);
    for (const home of homes) await home.calm();
    const last = course.keepsJournal ? first : await openHome([]);
    const { rerun, starved } = await rerunUndisturbed(last, listArguments({ ...course, faults: [] }, key, sink, true));
    const violations = await judge(lab, course, key, sink, runs, rerun);
    const happened = [
      ...first.happened,
      ...(sink.hasFailed() ? [JSON.stringify(course.sinkFault)] : []),
      ...(course.killAfterMs !== null && runs[0]?.exitCode === null ? [`killed after ${course.killAfterMs} ms`] : []),
    ];
    await Promise.all(homes.map((home) => home.remove()));
    violations.push(...(await judgeAfterwards(lab, key, sink, course)));
    const consumption = await watch.stop();
    if (course.mode === "staged") {
      violations.push(...consumption.refusals.map((refusal) => `a poll was refused: ${JSON.stringify(refusal)}`));
    }
    return { happened, violations, runs: [...runs, rerun], starved, consumption };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Begins all runs of a course and waits for their ends. */
async function runAll(
  course: Course,
  key: LabKey,
  sink: TrialSink,
  first: FaultyHome,
  openHome: (faults: Course["faults"]) => Promise<FaultyHome>,
): Promise<RunEnd[]> {
  const args = listArguments(course, key, sink, course.waits);
  const running = [first.run(args)];
  const pid = first.pid();
  if (pid !== undefined) sink.name(pid);
  for (let run = 1; run < course.runs; run++) {
    const home = course.sharesHome ? first : await openHome([]);
    running.push(home.run(args));
  }
  if (course.killAfterMs !== null) {
    await sleep(course.killAfterMs);
    first.kill("SIGKILL");
  }
  return Promise.all(running);
}

/** The rerun. One that the machine left without a turn for seconds was not undisturbed, so there is another then. */
async function rerunUndisturbed(
  home: FaultyHome,
  args: readonly string[],
): Promise<{ readonly rerun: RunEnd; readonly starved: number }> {
  for (let starved = 0; ; starved++) {
    const rerun = await home.run(args);
    if (starved === 5 || !/^error: (The lease of the rotation expired|No response within)/m.test(rerun.stderr)) {
      return { rerun, starved };
    }
  }
}

function listArguments({ mode, faults }: Course, { id }: LabKey, { spec }: TrialSink, waits: boolean): string[] {
  if (mode === "immediate") return ["keys", "rotate", id, "--yes", "--secret-only", ...listTimeout(faults)];
  return ["keys", "rotate", id, "--to", spec, "--wait", waits ? "60s" : "0", ...listTimeout(faults)];
}

/** What stalls is given up soon. */
function listTimeout(faults: Course["faults"]): string[] {
  return faults.some(({ kind }) => kind.startsWith("stall")) ? ["--timeout", "3"] : [];
}

const secretPattern = /sec_[0-9a-f]{48}/;

/** What must hold after the rerun. */
async function judge(
  lab: Lab,
  course: Course,
  key: LabKey,
  sink: TrialSink,
  runs: readonly RunEnd[],
  rerun: RunEnd,
): Promise<string[]> {
  const violations: string[] = [];
  if (rerun.exitCode !== 0) violations.push(`the rerun ended with ${rerun.exitCode}: ${rerun.stderr}`);
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  if (live.length !== 1 || live[0]?.state !== "current") violations.push(`live are ${JSON.stringify(live)}`);
  if (course.mode === "immediate") return [...violations, ...(await judgeShown(lab, key, runs, rerun))];
  const held = readSink(sink.place);
  const said = held === null ? "nothing held" : await lab.verify(held);
  if (said !== "200 current") violations.push(`verify says ${said} to what the sink holds`);
  for (const { stdout, stderr } of [...runs, rerun]) {
    if (secretPattern.test(stdout + stderr)) violations.push("a secret was printed");
  }
  return violations;
}

/** Immediate: what is shown works, and where nothing had been shown the server made no other secret for it. */
async function judgeShown(lab: Lab, key: LabKey, runs: readonly RunEnd[], rerun: RunEnd): Promise<string[]> {
  const violations: string[] = [];
  const said = await lab.verify(rerun.stdout.trim());
  if (said !== "200 current") violations.push(`verify says ${said} to what the rerun showed`);
  const events = await lab.call<unknown[]>("GET", `/audit?keyId=${key.id}&action=key.rotated`);
  const hasShown = runs.some(({ stdout }) => secretPattern.test(stdout));
  if (events.length !== 1 && !hasShown) violations.push(`${events.length} rotations were made for one`);
  return violations;
}

/** What must hold when the last late request has arrived: a secret that nobody got may be there, and ends by itself. */
async function judgeAfterwards(lab: Lab, key: LabKey, sink: TrialSink, { mode }: Course): Promise<string[]> {
  if (mode === "immediate") return [];
  const held = readSink(sink.place);
  const said = held === null ? "nothing held" : await lab.verify(held);
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  const lasting = live.filter(({ state, expiresOn }) => state === "current" || expiresOn === null);
  if (said === "200 current" && lasting.length === 1) return [];
  return [`afterwards verify says ${said} to what the sink holds, live are ${JSON.stringify(live)}`];
}
