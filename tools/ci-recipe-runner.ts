import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { createFakePrograms, type FakePrograms } from "../packages/cli/test/support/fake-program.ts";
import { repositoryRoot } from "./paths.ts";
import { readTaggedBlocks, readWorkflowSteps } from "./readme.ts";

/** The result of a script. */
export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script with bash, as CI systems do. */
export function run(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
  cwd: string,
): Promise<Outcome> {
  const child = spawn("bash", ["-eo", "pipefail", "-c", `${script} "$@"`, "bash", ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr })));
}

/** Returns the environment of this machine without the variables of the tests, and with another home directory. */
export function readRunnerEnv(home: string): Record<string, string> {
  const clean = Object.entries(process.env).map(([name, value = ""]) => [
    name,
    /^(npm_|pnpm_|BRIKSYNC_|GITHUB_|VITEST)/.test(name) ? "" : value,
  ]);
  return { ...Object.fromEntries(clean), CI: "true", HOME: home };
}

/** Returns the block of docs/ci.md with this tag. */
export function readBlock(tag: string): string {
  const text = readTaggedBlocks(tag, "docs/ci.md");
  expect(text, tag).not.toBe("");
  return text;
}

/** Returns the status of the response of the server at the URL to a secret. */
export async function presentSecret(secret: string, url: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`${url}/external/v1/auth/verify`, { headers })).status;
}

/** A machine with a CLI that was installed as docs/ci.md says. */
export interface RecipeRunner {
  readonly folder: string;
  /** The packed CLI. */
  readonly tarball: string;
  /** The stand-in for vault, systemctl and other programs. */
  readonly programs: FakePrograms;
  /** The working directory of the last step. */
  readonly workspace: string;
  /** Runs a step as on a new runner: without a terminal, with an empty home directory. */
  runRecipe(script: string, env?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Returns what the program read from stdin in each run. */
  listHandedTo(program: string): Promise<string[]>;
}

/** Installs the CLI for all tests of a file. */
export function useRecipeRunner(): RecipeRunner {
  const folder = mkdtempSync(join(tmpdir(), "briksync-recipes-"));
  const prefix = join(folder, "global");
  const programs = {} as FakePrograms;
  let runs = 0;

  const listHandedTo = async (program: string): Promise<string[]> => {
    const handed = (await programs.listRuns()).filter(({ program: name, stdin }) => name === program && stdin !== "");
    return handed.map(({ stdin }) => stdin);
  };
  const runRecipe: RecipeRunner["runRecipe"] = (script, env = {}) => {
    runs += 1;
    runner.workspace = join(folder, `workspace-${runs}`);
    mkdirSync(runner.workspace);
    const settings = {
      ...readRunnerEnv(runner.workspace),
      PATH: [join(prefix, "bin"), programs.directory, process.env["PATH"]].join(delimiter),
      npm_config_prefix: prefix,
      BRIKSYNC_CLI: runner.tarball,
      ...env,
    };
    return run(`${script}\n:`, [], settings, runner.workspace);
  };
  const runner = { folder, tarball: "", programs, workspace: "", runRecipe, listHandedTo };

  beforeAll(async () => {
    Object.assign(programs, await createFakePrograms(folder));
    for (const [program, version] of [
      ["vault", "Vault v1.15.0"],
      ["systemctl", "systemd 252"],
    ] as const) {
      await programs.set(program, version);
    }
    const packed = await run("pnpm pack --pack-destination", [folder], {}, join(repositoryRoot, "packages/cli"));
    expect(packed.exitCode, packed.stderr).toBe(0);
    runner.tarball = packed.stdout.trim().split("\n").at(-1) ?? "";
    const installed = await runRecipe(readWorkflowSteps(readBlock("github"))[0] ?? "");
    expect(installed.exitCode, installed.stderr).toBe(0);
  }, 180_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(() => programs.forget());
  return runner;
}
