import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readSink } from "../support/read-sink.ts";
import type { PollReport } from "../support/sink-consumer.ts";
import { createFaultyHome, type FaultyHome, type KnownBug, type RunEnd } from "./faulty-home.ts";
import type { Lab, LabKey, LabSecret } from "./lab.ts";
import type { Scenario } from "./scenario.ts";
import { createTrialSink, type TrialSink } from "./trial-sink.ts";

/** The result of a trial. */
export interface TrialResult {
  /** The faults that have happened. */
  readonly happened: readonly string[];
  /** Violations of the protocol. */
  readonly violations: readonly string[];
  readonly runs: readonly RunEnd[];
  /** Number of reruns that lost their lease because the machine was too busy. */
  readonly starved: number;
  readonly pollReport: PollReport;
}

let trials = 0;

/**
 * Runs one scenario with a new key: the runs with their faults, a rerun without faults, and the checks afterwards.
 * Meanwhile, the consumer presents the secret in the sink.
 */
export async function runScenario(lab: Lab, scenario: Scenario, knownBug: KnownBug = {}): Promise<TrialResult> {
  trials += 1;
  const directory = join(lab.directory, String(trials));
  const key = await lab.call<LabKey>("POST", "/keys", { name: `Key ${trials}` });
  const sink = createTrialSink(directory, scenario, key.clientSecret);
  const homes: FaultyHome[] = [];
  const openHome = async (faults: Scenario["faults"]): Promise<FaultyHome> => {
    const home = await createFaultyHome(lab, faults, knownBug);
    homes.push(home);
    return home;
  };
  const watch = await lab.consumer.watch(lab.server.url, sink.location);
  try {
    const first = await openHome(scenario.faults);
    const runs = await runAll(scenario, key, sink, first, openHome);
    for (const home of homes) await home.stopFaults();
    const last = scenario.keepsJournal ? first : await openHome([]);
    const { rerun, starved } = await rerunWithoutFaults(
      last,
      listArguments({ ...scenario, faults: [] }, key, sink, true),
    );
    const violations = await findViolations(lab, scenario, key, sink, runs, rerun);
    const happened = [
      ...first.happened,
      ...(sink.hasFailed() ? [JSON.stringify(scenario.sinkFault)] : []),
      ...(scenario.killAfterMs !== null && runs[0]?.exitCode === null
        ? [`killed after ${scenario.killAfterMs} ms`]
        : []),
    ];
    await Promise.all(homes.map((home) => home.remove()));
    violations.push(...(await findLateViolations(lab, key, sink, scenario)));
    const pollReport = await watch.stop();
    if (scenario.mode === "staged") {
      violations.push(...pollReport.refusals.map((refusal) => `a poll was refused: ${JSON.stringify(refusal)}`));
    }
    return { happened, violations, runs: [...runs, rerun], starved, pollReport };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Starts all runs of a scenario and waits until they have ended. */
async function runAll(
  scenario: Scenario,
  key: LabKey,
  sink: TrialSink,
  first: FaultyHome,
  openHome: (faults: Scenario["faults"]) => Promise<FaultyHome>,
): Promise<RunEnd[]> {
  const args = listArguments(scenario, key, sink, scenario.waits);
  const running = [first.run(args)];
  const pid = first.pid();
  if (pid !== undefined) sink.setPid(pid);
  for (let run = 1; run < scenario.runs; run++) {
    const home = scenario.sharesHome ? first : await openHome([]);
    running.push(home.run(args));
  }
  if (scenario.killAfterMs !== null) {
    await sleep(scenario.killAfterMs);
    first.kill("SIGKILL");
  }
  return Promise.all(running);
}

/** Runs the CLI again without faults. Repeats this if the machine was too busy for the lease or the time limit. */
async function rerunWithoutFaults(
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

function listArguments({ mode, faults }: Scenario, { id }: LabKey, { spec }: TrialSink, waits: boolean): string[] {
  if (mode === "immediate") return ["keys", "rotate", id, "--yes", "--secret-only", ...listTimeout(faults)];
  return ["keys", "rotate", id, "--to", spec, "--wait", waits ? "60s" : "0", ...listTimeout(faults)];
}

/** Returns a short time limit for scenarios that stall. */
function listTimeout(faults: Scenario["faults"]): string[] {
  return faults.some(({ kind }) => kind.startsWith("stall")) ? ["--timeout", "3"] : [];
}

const secretPattern = /sec_[0-9a-f]{48}/;

/** Returns the violations after the rerun. */
async function findViolations(
  lab: Lab,
  scenario: Scenario,
  key: LabKey,
  sink: TrialSink,
  runs: readonly RunEnd[],
  rerun: RunEnd,
): Promise<string[]> {
  const violations: string[] = [];
  if (rerun.exitCode !== 0) violations.push(`the rerun ended with ${rerun.exitCode}: ${rerun.stderr}`);
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  if (live.length !== 1 || live[0]?.state !== "current") violations.push(`live are ${JSON.stringify(live)}`);
  if (scenario.mode === "immediate") return [...violations, ...(await findViolationsOfOutput(lab, key, runs, rerun))];
  const held = readSink(sink.location);
  const said = held === null ? "nothing held" : await lab.verify(held);
  if (said !== "200 current") violations.push(`verify says ${said} to what the sink holds`);
  for (const { stdout, stderr } of [...runs, rerun]) {
    if (secretPattern.test(stdout + stderr)) violations.push("a secret was printed");
  }
  return violations;
}

/**
 * Returns the violations of an immediate rotation. The shown secret must work. If the earlier runs showed no secret,
 * the server must have rotated only once.
 */
async function findViolationsOfOutput(
  lab: Lab,
  key: LabKey,
  runs: readonly RunEnd[],
  rerun: RunEnd,
): Promise<string[]> {
  const violations: string[] = [];
  const said = await lab.verify(rerun.stdout.trim());
  if (said !== "200 current") violations.push(`verify says ${said} to what the rerun showed`);
  const events = await lab.call<unknown[]>("GET", `/audit?keyId=${key.id}&action=key.rotated`);
  const hasShown = runs.some(({ stdout }) => secretPattern.test(stdout));
  if (events.length !== 1 && !hasShown) violations.push(`${events.length} rotations were made for one`);
  return violations;
}

/** Returns the violations after all late requests. An undelivered secret may exist, but it must expire. */
async function findLateViolations(lab: Lab, key: LabKey, sink: TrialSink, { mode }: Scenario): Promise<string[]> {
  if (mode === "immediate") return [];
  const held = readSink(sink.location);
  const said = held === null ? "nothing held" : await lab.verify(held);
  const live = await lab.call<LabSecret[]>("GET", `/keys/${key.id}/rotations`);
  const lasting = live.filter(({ state, expiresOn }) => state === "current" || expiresOn === null);
  if (said === "200 current" && lasting.length === 1) return [];
  return [`afterwards verify says ${said} to what the sink holds, live are ${JSON.stringify(live)}`];
}
