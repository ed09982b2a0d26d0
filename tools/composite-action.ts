import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";

/** The result of a composite action. `env` is the environment of later steps of the job. */
export interface ActionResult {
  readonly exitCode: number | null;
  readonly output: string;
  readonly env: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Step {
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs the steps of a composite action in the working directory, as GitHub's runner does (docs.github.com, "Metadata
 * syntax reference"). Supports only what the actions of this repository use: bash, and inputs as variables.
 */
export function runCompositeAction(
  actionPath: string,
  inputs: Readonly<Record<string, string>>,
  job: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string; readonly temp: string },
): ActionResult {
  const action: Action = parse(readFileSync(join(actionPath, "action.yml"), "utf8"));
  if (action.runs.using !== "composite") throw new Error("The action is not composite.");
  mkdirSync(job.temp, { recursive: true });
  const pathFile = join(job.temp, "github-path");
  writeFileSync(pathFile, "");
  const runner = { GITHUB_ACTION_PATH: actionPath, GITHUB_PATH: pathFile, RUNNER_TEMP: job.temp, CI: "true" };
  const findInput = (_: string, name: string): string => inputs[name] ?? action.inputs[name]?.default ?? "";
  let env: Record<string, string> = { ...job.env, ...runner } as Record<string, string>;
  let output = "";
  for (const { shell, run, env: own = {} } of action.runs.steps) {
    if (shell !== "bash" || run.includes("${{")) throw new Error("A step needs bash, and inputs as variables.");
    const variables = Object.entries(own).map(([name, value]) => [
      name,
      value.replace(/\$\{\{ inputs\.(\w+) \}\}/g, findInput),
    ]);
    // The runner starts bash with these options.
    const ended = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
      cwd: job.cwd,
      env: { ...env, ...Object.fromEntries(variables) },
      encoding: "utf8",
    });
    output += ended.stdout + ended.stderr;
    if (ended.status !== 0) return { exitCode: ended.status, output, env };
    const added = readFileSync(pathFile, "utf8")
      .split("\n")
      .filter((line) => line !== "");
    env = { ...env, PATH: [...added.toReversed(), job.env["PATH"]].join(delimiter) };
  }
  return { exitCode: 0, output, env };
}
