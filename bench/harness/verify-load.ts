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

/** Returns the number of rounds of the verify benches. */
export function countVerifyRounds({ isQuick }: BenchOptions): RoundCounts {
  return isQuick ? { warmUps: 1, rounds: 2 } : { warmUps: 1, rounds: 5 };
}

/**
 * Starts the server with `briksync-server serve` and the database of this environment. All settings have their
 * defaults, except the rate limits, which one client with all keys would exceed. `entry` selects another build.
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

/** Starts the server with the SQLite file at this path and additional environment variables. */
export function startBriksyncServer(
  databasePath: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  return startBriksyncNode({ DATABASE_URL: `sqlite:${databasePath}`, ...settings });
}

/** Measures a server, or several nodes, with 50 connections. Each request contains the secret of a random key. */
export function makeLoadContestant(
  name: string,
  generator: LoadGenerator,
  servers: ServerProcess | readonly ServerProcess[],
  keys: { readonly credentials: CredentialKind; readonly keyCount: number },
  { isQuick }: BenchOptions,
): Contestant<LoadResult> {
  // The server writes last uses every few seconds, so a round contains several of these writes.
  const seconds = isQuick ? 2 : 4;
  return { name, measure: () => generator.run([servers].flat(), { ...keys, connections, seconds }) };
}

/**
 * Measures a server that is started again for each round and warmed up by one round that does not count. V8 and the
 * memory allocator behave a few percent differently in each process, for its whole life. Use it for ratios near 1.
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
 * Compares the requests per second of two contestants, and their CPU time per request if it is known. CPU time is more
 * reliable if the load generator, and not the server, is at its limit.
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

/** Compares the 99th percentile of the response times of two contestants. */
export function compareLatencies(
  what: { readonly name: string; readonly results: readonly LoadResult[] },
  against: { readonly name: string; readonly results: readonly LoadResult[] },
): Comparison {
  const [ours, theirs] = [what, against].map(({ results }) => results.map((result) => result.p99Ms));
  return { what: what.name, against: against.name, measure: "p99", ratios: ratioPerRound(ours ?? [], theirs ?? []) };
}

/** Returns how busy the server and the load generator were, with a warning if the generator was at its limit. */
export function describeCores(name: string, results: readonly LoadResult[]): string {
  const known = results.filter((result) => result.serverCores !== null && result.generatorCores !== null);
  if (known.length === 0) return `${name}: CPU use is not known on this system`;
  const server = median(known.map((result) => result.serverCores ?? 0));
  const generator = median(known.map((result) => result.generatorCores ?? 0));
  const isLimit = generator > generatorIsBusy && generator > server;
  const warning = isLimit ? "; the load generator was at its limit, and the server was not" : "";
  return `${name}: server ${formatRatio(server)} cores, load generator ${formatRatio(generator)} cores${warning}`;
}
