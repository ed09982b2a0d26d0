import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { provideExecutable } from "../../tools/package/build-executable.ts";
import { findOwnPlatform } from "../../tools/package/platforms.ts";
import { cliEntry } from "../../tools/paths.ts";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison, Goal } from "../harness/comparison.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

const bareFetch = fileURLToPath(new URL("../processes/bare-fetch.mjs", import.meta.url));
const run = promisify(execFile);
const timeoutMs = 30_000;

/**
 * Measures a process from its start to its exit, in milliseconds. Throws if it fails or prints something unexpected.
 */
function makeProcessContestant(
  name: string,
  [program = "", ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  expected: RegExp,
): Contestant<number> {
  return {
    name,
    measure: async () => {
      const startedAt = performance.now();
      const { stdout } = await run(program, args, { env, timeout: timeoutMs });
      const elapsedMs = performance.now() - startedAt;
      if (!expected.test(stdout)) throw new Error(`${name} printed ${JSON.stringify(stdout)}`);
      return elapsedMs;
    },
  };
}

/**
 * Compares a pair twice: round by round, and by the fastest run of each. Other work on the machine affects the fastest
 * run least.
 */
function compareTimes(
  what: { readonly name: string; readonly times: readonly number[] },
  against: { readonly name: string; readonly times: readonly number[] },
  goal: Goal,
): Comparison[] {
  const names = { what: what.name, against: against.name, goal };
  const fastest = Math.min(...what.times) / Math.min(...against.times);
  return [
    { ...names, measure: "wall time", ratios: ratioPerRound(what.times, against.times) },
    { ...names, measure: "wall time, fastest run", ratios: [fastest] },
  ];
}

/**
 * Compares whole processes of the CLI. `--version` and a help page, of the npm build and of the executable, are
 * compared with `node -e 0`. `keys list` with a local server is compared with a script that fetches and prints the
 * same.
 */
export const benchCliStartup: Bench = async (options) => {
  const company = await startDemoCompany();
  const home = mkdtempSync(join(tmpdir(), "briksync-bench-home-"));
  try {
    const env = {
      PATH: process.env["PATH"],
      HOME: home,
      BRIKSYNC_SERVER: company.server.url,
      BRIKSYNC_TOKEN: company.accessToken,
    };
    const node = process.execPath;
    const executable = await provideExecutable(findOwnPlatform());
    const make = (name: string, command: readonly string[], expected: RegExp): Contestant<number> =>
      makeProcessContestant(name, command, env, expected);
    const versionText = /^\d+\.\d+\.\d+\n$/;
    const help = ["keys", "list", "--help"];
    const list = ["keys", "list", "-o", "json"];
    const contestants = {
      nothing: make("node -e 0", [node, "-e", "0"], /^$/),
      version: make("briksync --version", [node, cliEntry, "--version"], versionText),
      help: make("briksync keys list --help", [node, cliEntry, ...help], /Usage:/),
      versionAlone: make("executable --version", [executable, "--version"], versionText),
      helpAlone: make("executable keys list --help", [executable, ...help], /Usage:/),
      list: make("briksync keys list -o json", [node, cliEntry, ...list], /"Warehouse"/),
      listAlone: make("executable keys list -o json", [executable, ...list], /"Warehouse"/),
      fetched: make(
        "node script with one fetch",
        [node, bareFetch, `${company.server.url}/external/v1/auth/keys`],
        /"Warehouse"/,
      ),
    };
    const counts = options.isQuick ? { warmUps: 1, rounds: 5 } : { warmUps: 3, rounds: 40 };
    const times = await runInterleaved(Object.values(contestants), counts, () => undefined);
    const measured = Object.fromEntries(
      Object.entries(contestants).map(([key, { name }], index) => [key, { name, times: times[index] ?? [] }]),
    ) as unknown as Record<keyof typeof contestants, { name: string; times: readonly number[] }>;
    return [
      ...compareTimes(measured.version, measured.nothing, { atMost: 1.6 }),
      ...compareTimes(measured.versionAlone, measured.nothing, { atMost: 1.6 }),
      ...compareTimes(measured.versionAlone, measured.version, { atMost: 1.1 }),
      ...compareTimes(measured.helpAlone, measured.help, { atMost: 1.1 }),
      ...compareTimes(measured.list, measured.fetched, { atMost: 1.5 }),
      ...compareTimes(measured.listAlone, measured.fetched, { atMost: 1.5 }),
    ];
  } finally {
    await company.remove();
    rmSync(home, { recursive: true });
  }
};
