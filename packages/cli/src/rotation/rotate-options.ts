import { CliError } from "../errors/cli-error.ts";
import type { SecretOptions } from "../secrets/print-secret.ts";
import type { SinkOptions } from "../sinks/open-sinks.ts";

/** Options of `briksync keys rotate`. Durations are in seconds. */
export interface RotateOptions extends SecretOptions, SinkOptions {
  readonly staged?: boolean;
  readonly grace?: number;
  readonly verifyWith?: string;
  /** False with `--no-verify`. */
  readonly verify: boolean;
  readonly waitDrained?: number;
  readonly wait?: number;
  readonly takeOver?: boolean;
  readonly olderThan?: number;
  readonly keepGoing?: boolean;
  readonly finish?: boolean;
  readonly abort?: boolean;
  readonly rotation?: string;
  readonly force?: boolean;
  readonly status?: boolean;
}

/**
 * The task of the command: replace the secret immediately, create a pending one, deliver one, or manage a pending one.
 */
export type RotationTask = "replace" | "stage" | "deliver" | "finish" | "abort" | "status";

/**
 * Time to wait for another rotation of the same key. It is longer than the lease that remains after a run was killed.
 */
export const waitSecondsDefault = 300;

const flags = {
  to: "--to",
  staged: "--staged",
  grace: "--grace",
  verifyWith: "--verify-with",
  verify: "--no-verify",
  waitDrained: "--wait-drained",
  wait: "--wait",
  takeOver: "--take-over",
  olderThan: "--older-than",
  keepGoing: "--keep-going",
  sinkTimeout: "--sink-timeout",
  overwrite: "--overwrite",
  finish: "--finish",
  abort: "--abort",
  rotation: "--rotation",
  force: "--force",
  status: "--status",
  secretOnly: "--secret-only",
} as const satisfies Record<keyof RotateOptions, string>;

type Flag = keyof typeof flags;

/** The options of each task. Others are rejected instead of ignored. */
const flagsByTask: Readonly<Record<RotationTask, readonly Flag[]>> = {
  replace: ["grace", "secretOnly"],
  stage: ["staged", "secretOnly", "wait", "takeOver"],
  deliver: [
    ...(["to", "sinkTimeout", "overwrite", "staged", "grace", "verifyWith", "verify", "waitDrained"] as const),
    ...(["wait", "takeOver", "olderThan", "keepGoing"] as const),
  ],
  finish: ["finish", "rotation", "grace", "waitDrained", "takeOver"],
  abort: ["abort", "rotation", "force"],
  status: ["status"],
};

const names: Readonly<Record<RotationTask, string>> = {
  replace: "An immediate rotation",
  stage: "--staged without --to",
  deliver: "--to",
  finish: "--finish",
  abort: "--abort",
  status: "--status",
};

/** The tasks that an option selects. */
const taskByFlag = { to: "deliver", staged: "stage", finish: "finish", abort: "abort" } as const;

/**
 * Returns the task of the options. Throws USAGE for options that cannot be combined, and for a wrong number of keys.
 */
export function chooseTask(options: RotateOptions, keyCount: number): RotationTask {
  const task = pickTask(options);
  const given = (Object.keys(flags) as Flag[]).filter((flag) =>
    flag === "verify" ? !options.verify : options[flag] !== undefined,
  );
  const misplaced = given.find((flag) => !flagsByTask[task].includes(flag));
  if (misplaced !== undefined) throw refuseMisplaced(task, misplaced);
  if (options.verifyWith !== undefined && !options.verify)
    throw refuse("--verify-with and --no-verify cannot be combined.");
  const early = (["grace", "waitDrained"] as const).find((flag) => options[flag] !== undefined);
  if (options.staged === true && early !== undefined) {
    const example = { grace: "24h", waitDrained: "10m" }[early];
    throw refuse(
      `${flags[early]} cannot be combined with --staged, which does not finish the rotation.`,
      `Pass it when you finish: --finish ${flags[early]} ${example}`,
    );
  }
  if (task === "finish" && options.takeOver === true && options.waitDrained !== undefined) {
    throw refuse("--take-over and --wait-drained cannot be combined.");
  }
  if (options.olderThan === undefined) {
    if (keyCount === 0) throw refuse("Missing required argument 'key'.");
    if (keyCount > 1 && task !== "deliver") throw refuse(`${names[task]} accepts 1 key, but received ${keyCount}.`);
  } else if (keyCount > 0) {
    throw refuse("--older-than cannot be combined with the name of a key.");
  }
  return task;
}

function pickTask(options: RotateOptions): RotationTask {
  const selected = (["finish", "abort", "status"] as const).filter((task) => options[task] === true);
  const [task, other] = selected;
  if (task !== undefined && other !== undefined) throw refuse(`--${task} and --${other} cannot be combined.`);
  if (task !== undefined) return task;
  if (options.to !== undefined) return "deliver";
  if (options.olderThan !== undefined) throw refuse("--older-than requires --to.");
  return options.staged === true ? "stage" : "replace";
}

function refuseMisplaced(task: RotationTask, flag: Flag): CliError {
  if (task !== "replace") return refuse(`${names[task]} cannot be combined with ${flags[flag]}.`);
  const required = (["to", "staged", "finish", "abort"] as const).filter((each) =>
    flagsByTask[taskByFlag[each]].includes(flag),
  );
  const choices = required.map((each) => flags[each]).join(", ");
  return refuse(`${flags[flag]} requires ${choices.replace(/, (?=[^,]*$)/, " or ")}.`);
}

function refuse(message: string, hint = "See: briksync keys rotate --help"): CliError {
  return new CliError("USAGE", message, { hint });
}
