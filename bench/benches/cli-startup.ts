import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cliEntry } from "../../tools/paths.ts";
import { startDemoCompany } from "../fixtures/demo-company.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison, Goal } from "../harness/comparison.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { ratioPerRound } from "../harness/statistics.ts";

const bareFetch = fileURLToPath(new URL("../processes/bare-fetch.mjs", import.meta.url));
const run = promisify(execFile);
const timeoutMs = 30_000;

/** A whole process from start to exit, in milliseconds. Throws when it fails or prints something else than expected. */
function makeProcessContestant(
  name: string,
  nodeArguments: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  expected: RegExp,
): Contestant<number> {
  return {
    name,
    measure: async () => {
      const startedAt = performance.now();
      const { stdout } = await run(process.execPath, nodeArguments, { env, timeout: timeoutMs });
      const elapsedMs = performance.now() - startedAt;
      if (!expected.test(stdout)) throw new Error(`${name} printed ${JSON.stringify(stdout)}`);
      return elapsedMs;
    },
  };
}

/** One pair twice: round by round, and the fastest run of each, which other work on the machine disturbs least. */
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
 * Whole processes of the command line tool: `--version` over `node -e 0`, and `keys list` against a local server over a
 * bare script that fetches and prints the same.
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
    const contestants = [
      makeProcessContestant("briksync --version", [cliEntry, "--version"], env, /^\d+\.\d+\.\d+\n$/),
      makeProcessContestant("node -e 0", ["-e", "0"], env, /^$/),
      makeProcessContestant("briksync keys list -o json", [cliEntry, "keys", "list", "-o", "json"], env, /"Warehouse"/),
      makeProcessContestant(
        "node script with one fetch",
        [bareFetch, `${company.server.url}/external/v1/auth/keys`],
        env,
        /"Warehouse"/,
      ),
    ];
    const counts = options.isQuick ? { warmUps: 1, rounds: 5 } : { warmUps: 3, rounds: 40 };
    const times = await runInterleaved(contestants, counts, () => undefined);
    const [version, nothing, list, fetched] = contestants.map(({ name }, index) => ({
      name,
      times: times[index] ?? [],
    }));
    if (version === undefined || nothing === undefined || list === undefined || fetched === undefined) return [];
    return [...compareTimes(version, nothing, { atMost: 1.6 }), ...compareTimes(list, fetched, { atMost: 1.5 })];
  } finally {
    await company.remove();
    rmSync(home, { recursive: true });
  }
};
