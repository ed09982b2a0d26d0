import { serverEntry } from "../../tools/paths.ts";
import type { CredentialKind } from "../fixtures/credentials.ts";
import type { BenchOptions } from "./bench.ts";
import { type Comparison, formatRatio, type Goal } from "./comparison.ts";
import type { LoadGenerator, LoadResult } from "./load.ts";
import type { Contestant, RoundCounts } from "./rounds.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import { median, ratioPerRound } from "./statistics.ts";

const connections = 50;
const generatorIsBusy = 0.95;

/** How many rounds the verify benches run. */
export function countVerifyRounds({ isQuick }: BenchOptions): RoundCounts {
  return isQuick ? { warmUps: 1, rounds: 2 } : { warmUps: 1, rounds: 5 };
}

/**
 * The server as `briksync-server serve` starts it, over the database of this environment. Everything is at its default but
 * the rate limits, which one client for all keys would meet. `entry` is another build of it.
 */
export async function startBriksyncNode(
  databaseEnv: Readonly<Record<string, string>>,
  entry = serverEntry,
): Promise<ServerProcess> {
  const server = await startServerProcess([entry, "serve"], {
    PORT: "0",
    LOG_LEVEL: "info",
    ...databaseEnv,
    RATE_LIMIT_PER_MINUTE: "1000000000",
    RATE_LIMIT_BURST: "1000000000",
  });
  return { ...server, url: `${server.url}/external/v1/auth/verify` };
}

/** The same over the SQLite file at this path, with further variables of its environment. */
export function startBriksyncServer(
  databasePath: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startBriksyncNode({ DATABASE_URL: `sqlite:${databasePath}`, ...settings });
}

/** One server, or several nodes of one, under the load that all of them get: 50 connections, each request with a key drawn from all. */
export function makeLoadContestant(
  name: string,
  generator: LoadGenerator,
  servers: ServerProcess | readonly ServerProcess[],
  keys: { readonly credentials: CredentialKind; readonly keyCount: number },
  { isQuick }: BenchOptions,
): Contestant<LoadResult> {
  // A round holds several of the batches in which the server writes last uses, one every few seconds.
  const seconds = isQuick ? 2 : 4;
  return { name, measure: () => generator.run([servers].flat(), { ...keys, connections, seconds }) };
}

/**
 * One server, with a process of its own in each round, warmed up by one round that does not count: V8 and the memory
 * allocator settle differently each time, and a process keeps its few per cent for life. For ratios that are near 1.
 */
export function makeFreshContestant(
  name: string,
  generator: LoadGenerator,
  start: () => Promise<ServerProcess>,
  keys: { readonly credentials: CredentialKind; readonly keyCount: number },
  options: BenchOptions,
): Contestant<LoadResult> {
  return {
    name,
    measure: async () => {
      const server = await start();
      try {
        const contestant = makeLoadContestant(name, generator, server, keys, options);
        await contestant.measure();
        return await contestant.measure();
      } finally {
        await server.stop();
      }
    },
  };
}

/**
 * Requests per second of one contestant over another's, and its CPU time per request over the other's where that is
 * known: it tells more than speed where the load generator, and not the server, is at its limit.
 */
export function compareLoads(
  what: { readonly name: string; readonly results: readonly LoadResult[] },
  against: { readonly name: string; readonly results: readonly LoadResult[] },
  goal?: Goal,
): Comparison[] {
  const names = { what: what.name, against: against.name };
  const speeds = [what, against].map(({ results }) => results.map((result) => result.requestsPerSecond));
  const costs = [what, against].map(({ results }) => results.map((result) => result.serverCpuMsPerRequest ?? 0));
  const comparisons: Comparison[] = [
    { ...names, measure: "requests/s", ratios: ratioPerRound(speeds[0] ?? [], speeds[1] ?? []), goal },
  ];
  if (costs.flat().every((cost) => cost > 0)) {
    comparisons.push({ ...names, measure: "CPU per request", ratios: ratioPerRound(costs[0] ?? [], costs[1] ?? []) });
  }
  return comparisons;
}

/** The 99th percentile of the time to answer of one contestant over another's. */
export function compareLatencies(
  what: { readonly name: string; readonly results: readonly LoadResult[] },
  against: { readonly name: string; readonly results: readonly LoadResult[] },
): Comparison {
  const [ours, theirs] = [what, against].map(({ results }) => results.map((result) => result.p99Ms));
  return { what: what.name, against: against.name, measure: "p99", ratios: ratioPerRound(ours ?? [], theirs ?? []) };
}

/** Who was busy how much, and a warning when it was the load generator that set the pace. */
export function describeCores(name: string, results: readonly LoadResult[]): string {
  const known = results.filter((result) => result.serverCores !== null && result.generatorCores !== null);
  if (known.length === 0) return `${name}: CPU use is not known on this system`;
  const server = median(known.map((result) => result.serverCores ?? 0));
  const generator = median(known.map((result) => result.generatorCores ?? 0));
  const isLimit = generator > generatorIsBusy && generator > server;
  const warning = isLimit ? "; the load generator set the pace here, the server could do more" : "";
  return `${name}: server ${formatRatio(server)} cores, load generator ${formatRatio(generator)} cores${warning}`;
}
