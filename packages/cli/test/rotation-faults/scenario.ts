import type { Random } from "../../../server/test/support/random.ts";

/** A fault at one request of the runs in a home. `at` is the number of the request, starting at 0. */
export type RequestFault =
  | {
      readonly kind: "cut-request" | "cut-response" | "stall-request" | "stall-response";
      readonly at: number;
      readonly afterBytes: number;
    }
  | { readonly kind: "late"; readonly at: number; readonly arrives: "soon" | "after the rerun" }
  | {
      readonly kind: "kill-cli";
      readonly at: number;
      /** Before the request is forwarded, when its response arrives, or `afterMs` after the response was forwarded. */
      readonly when: "request" | "response" | "after";
      readonly afterMs: number;
      readonly signal: "SIGKILL" | "SIGINT";
    }
  | { readonly kind: "kill-server"; readonly at: number; readonly when: "request" | "response" };

/** A fault that happens once in the command of a sink. */
interface SinkFault {
  readonly kind: "fails" | "kills the CLI";
  readonly when: "before it writes" | "after it wrote";
}

/** The runs and faults of one trial. */
export interface Scenario {
  readonly mode: "staged" | "immediate";
  readonly sink: "file" | "env" | "exec";
  /** Number of CLI runs that start at the same time, in separate homes or in one. */
  readonly runs: number;
  readonly sharesHome: boolean;
  /** Whether the rerun uses the first home with its journal. Otherwise, it uses a new home. */
  readonly keepsJournal: boolean;
  /** Whether a run waits for another run. Otherwise, it fails immediately. */
  readonly waits: boolean;
  /** The faults in the first home. */
  readonly faults: readonly RequestFault[];
  readonly sinkFault: SinkFault | null;
  /** When the first run is killed, in milliseconds after its start, or null for never. */
  readonly killAfterMs: number | null;
}

/** A scenario without faults. */
export const plainScenario: Scenario = {
  mode: "staged",
  sink: "file",
  runs: 1,
  sharesHome: false,
  keepsJournal: true,
  waits: true,
  faults: [],
  sinkFault: null,
  killAfterMs: null,
};

/** Maximum number of requests of a run without faults. A fault at a request that is not sent has no effect. */
const requestCounts = { staged: 9, immediate: 2 } as const;

/** Returns one scenario for each kind of fault at each request and response, and for each fault of the sink. */
export function listBoundaryScenarios(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const mode of ["staged", "immediate"] as const) {
    for (let at = 0; at < requestCounts[mode]; at++) {
      for (const fault of listFaultsAt(at)) {
        scenarios.push({ ...plainScenario, mode, faults: [fault] });
        if (mode === "staged") scenarios.push({ ...plainScenario, faults: [fault], keepsJournal: false, sink: "env" });
      }
    }
  }
  for (const kind of ["fails", "kills the CLI"] as const) {
    for (const when of ["before it writes", "after it wrote"] as const) {
      for (const keepsJournal of [true, false]) {
        scenarios.push({ ...plainScenario, sink: "exec", keepsJournal, sinkFault: { kind, when } });
      }
    }
  }
  return scenarios;
}

function listFaultsAt(at: number): RequestFault[] {
  const kill = { kind: "kill-cli", at, afterMs: 0, signal: "SIGKILL" } as const;
  return [
    { ...kill, when: "request" },
    { ...kill, when: "response" },
    { ...kill, when: "after" },
    { kind: "kill-server", at, when: "request" },
    { kind: "kill-server", at, when: "response" },
    { kind: "cut-request", at, afterBytes: 0 },
    { kind: "cut-response", at, afterBytes: 0 },
    { kind: "stall-request", at, afterBytes: 0 },
    { kind: "stall-response", at, afterBytes: 0 },
    { kind: "late", at, arrives: "soon" },
    { kind: "late", at, arrives: "after the rerun" },
  ];
}

/** Returns a random scenario, usually with one to three faults. */
export function drawScenario(random: Random): Scenario {
  const mode = random.pick(8) === 0 ? "immediate" : "staged";
  const runs = mode === "staged" ? random.choose([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 10]) : 1;
  const scenario: Scenario = {
    ...plainScenario,
    mode,
    runs,
    sink: random.choose(["file", "env", "exec"]),
    sharesHome: runs > 1 && random.pick(2) === 0,
    keepsJournal: mode === "immediate" || random.pick(3) > 0,
    waits: random.pick(2) === 0,
  };
  const dice = random.pick(10);
  if (dice === 0) return { ...scenario, killAfterMs: random.pick(500) };
  if (dice === 1 && mode === "staged") {
    const kind = random.choose(["fails", "kills the CLI"] as const);
    return {
      ...scenario,
      sink: "exec",
      sinkFault: { kind, when: random.choose(["before it writes", "after it wrote"]) },
    };
  }
  const count = random.choose([1, 1, 1, 2, 3]);
  const faults = Array.from({ length: count }, () => drawFault(random, random.pick(requestCounts[mode] + count)));
  return {
    ...scenario,
    faults: faults.filter(({ at }, index) => faults.findIndex((fault) => fault.at === at) === index),
  };
}

function drawFault(random: Random, at: number): RequestFault {
  // Messages have a few hundred bytes in both directions. A cut after the end of a message has no effect.
  const afterBytes = random.pick(1_000);
  const kind = random.choose<RequestFault["kind"]>([
    "cut-request",
    "cut-response",
    "cut-response",
    "stall-request",
    "stall-response",
    "late",
    "kill-cli",
    "kill-cli",
    "kill-server",
  ]);
  if (kind === "late") return { kind, at, arrives: random.choose(["soon", "after the rerun"]) };
  if (kind === "kill-server") return { kind, at, when: random.choose(["request", "response"]) };
  if (kind !== "kill-cli") return { kind, at, afterBytes };
  const when = random.choose(["request", "response", "after"] as const);
  return { kind, at, when, afterMs: random.pick(15), signal: random.choose(["SIGKILL", "SIGKILL", "SIGINT"]) };
}
