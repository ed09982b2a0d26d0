import type { Random } from "../../../server/test/support/random.ts";

/** Something that goes wrong at a request of a home's runs, counted from 0. */
export type RequestFault =
  | {
      readonly kind: "cut-request" | "cut-answer" | "stall-request" | "stall-answer";
      readonly at: number;
      readonly afterBytes: number;
    }
  | { readonly kind: "late"; readonly at: number; readonly arrives: "soon" | "after the rerun" }
  | {
      readonly kind: "kill-cli";
      readonly at: number;
      /** Before the request is passed on, when its answer is there, or some milliseconds after that was passed on. */
      readonly when: "request" | "answer" | "after";
      readonly afterMs: number;
      readonly signal: "SIGKILL" | "SIGINT";
    }
  | { readonly kind: "kill-server"; readonly at: number; readonly when: "request" | "answer" };

/** Something that goes wrong once in a sink's command. */
export interface SinkFault {
  readonly kind: "fails" | "kills the CLI";
  readonly when: "before it writes" | "after it wrote";
}

/** What one trial does. */
export interface Course {
  readonly mode: "staged" | "immediate";
  readonly sink: "file" | "env" | "exec";
  /** How many runs of the CLI begin at once, each in a home of its own or all in one. */
  readonly runs: number;
  readonly sharesHome: boolean;
  /** Whether the rerun has the journal of the first home, or a home of its own. */
  readonly keepsJournal: boolean;
  /** Whether a run waits for another one, or gives up at once. */
  readonly waits: boolean;
  /** Of the first home. */
  readonly faults: readonly RequestFault[];
  readonly sinkFault: SinkFault | null;
  /** When the first run is killed, counted from its start; null for not at all. */
  readonly killAfterMs: number | null;
}

/** Nothing goes wrong. */
export const plainCourse: Course = {
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

/** The requests of an undisturbed run, as many as there are at most; a fault at one that does not come does not happen. */
const requestCounts = { staged: 9, immediate: 2 } as const;

/** One course per point at which a run can be cut off: every request and every answer, by every kind of fault, and the sink. */
export function listBoundaryCourses(): Course[] {
  const courses: Course[] = [];
  for (const mode of ["staged", "immediate"] as const) {
    for (let at = 0; at < requestCounts[mode]; at++) {
      for (const fault of listFaultsAt(at)) {
        courses.push({ ...plainCourse, mode, faults: [fault] });
        if (mode === "staged") courses.push({ ...plainCourse, faults: [fault], keepsJournal: false, sink: "env" });
      }
    }
  }
  for (const kind of ["fails", "kills the CLI"] as const) {
    for (const when of ["before it writes", "after it wrote"] as const) {
      for (const keepsJournal of [true, false]) {
        courses.push({ ...plainCourse, sink: "exec", keepsJournal, sinkFault: { kind, when } });
      }
    }
  }
  return courses;
}

function listFaultsAt(at: number): RequestFault[] {
  const kill = { kind: "kill-cli", at, afterMs: 0, signal: "SIGKILL" } as const;
  return [
    { ...kill, when: "request" },
    { ...kill, when: "answer" },
    { ...kill, when: "after" },
    { kind: "kill-server", at, when: "request" },
    { kind: "kill-server", at, when: "answer" },
    { kind: "cut-request", at, afterBytes: 0 },
    { kind: "cut-answer", at, afterBytes: 0 },
    { kind: "stall-request", at, afterBytes: 0 },
    { kind: "stall-answer", at, afterBytes: 0 },
    { kind: "late", at, arrives: "soon" },
    { kind: "late", at, arrives: "after the rerun" },
  ];
}

/** A course at random, of one to three things that go wrong. */
export function drawCourse(random: Random): Course {
  const mode = random.pick(8) === 0 ? "immediate" : "staged";
  const runs = mode === "staged" ? random.choose([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 10]) : 1;
  const course: Course = {
    ...plainCourse,
    mode,
    runs,
    sink: random.choose(["file", "env", "exec"]),
    sharesHome: runs > 1 && random.pick(2) === 0,
    keepsJournal: mode === "immediate" || random.pick(3) > 0,
    waits: random.pick(2) === 0,
  };
  const dice = random.pick(10);
  if (dice === 0) return { ...course, killAfterMs: random.pick(500) };
  if (dice === 1 && mode === "staged") {
    const kind = random.choose(["fails", "kills the CLI"] as const);
    return {
      ...course,
      sink: "exec",
      sinkFault: { kind, when: random.choose(["before it writes", "after it wrote"]) },
    };
  }
  const count = random.choose([1, 1, 1, 2, 3]);
  const faults = Array.from({ length: count }, () => drawFault(random, random.pick(requestCounts[mode] + count)));
  return {
    ...course,
    faults: faults.filter(({ at }, index) => faults.findIndex((fault) => fault.at === at) === index),
  };
}

function drawFault(random: Random, at: number): RequestFault {
  // Heads and bodies of both directions are some hundred bytes; a cut behind the end does nothing.
  const afterBytes = random.pick(1_000);
  const kind = random.choose<RequestFault["kind"]>([
    "cut-request",
    "cut-answer",
    "cut-answer",
    "stall-request",
    "stall-answer",
    "late",
    "kill-cli",
    "kill-cli",
    "kill-server",
  ]);
  if (kind === "late") return { kind, at, arrives: random.choose(["soon", "after the rerun"]) };
  if (kind === "kill-server") return { kind, at, when: random.choose(["request", "answer"]) };
  if (kind !== "kill-cli") return { kind, at, afterBytes };
  const when = random.choose(["request", "answer", "after"] as const);
  return { kind, at, when, afterMs: random.pick(15), signal: random.choose(["SIGKILL", "SIGKILL", "SIGINT"]) };
}
