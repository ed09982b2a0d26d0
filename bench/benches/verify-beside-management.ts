import { setTimeout } from "node:timers/promises";
import { type GitLabIssuer, startGitLabIssuer } from "../../tools/gitlab-issuer.ts";
import { prepareBusyDatabase } from "../fixtures/busy-database.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { startFloorServer } from "../harness/floor.ts";
import { acceptIssuer, forgeToken, writeExchange } from "../harness/gitlab-project.ts";
import type { LoadResult } from "../harness/load.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { type ManagementLoad, managementLoads, startManagementLoad } from "../harness/management-load.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { compareLatencies, compareLoads, describeCores, startBriksyncServer } from "../harness/verify-load.ts";

/** Results of verify in each round, alone or beside a load. */
interface Side {
  readonly name: string;
  readonly results: readonly LoadResult[];
}

/** The longest time that the load generator needs to send its first requests. */
const startMs = 1_000;
const connections = 50;
/** The loops of a flood get about 100 responses per second, because exchanges wait for their turn. */
const floodPauseMs = 36;

/**
 * Compares the p99 of verifications while other users read long lists with the p99 without these users. One company has
 * a million audit events and 20,000 keys.
 */
export const benchVerifyBesideManagement: Bench = async (options) => {
  const [alone, ...beside] = await measureBeside(options, options.isQuick ? 2 : 5, () => managementLoads);
  if (alone === undefined) return [];
  return beside.flatMap((side, index) => compareSides(side, alone, managementLoads[index]?.p99AtMost));
};

/**
 * Does the same while clients send tokens of pipelines with wrong signatures. The sender uses the same cores, so the
 * flood goes to a bare server in some rounds.
 */
export const benchVerifyBesideFlood: Bench = async (options) => {
  const floor = await startFloorServer({ headers: {}, body: "" });
  try {
    const [alone, elsewhere, beside] = await measureBeside(options, options.isQuick ? 2 : 9, (origin, issuer) => {
      const flood = makeFlood(forgeToken(issuer, origin));
      return [{ ...flood, name: `${flood.name} at a bare server`, origin: floor.url, pauseMs: floodPauseMs }, flood];
    });
    if (alone === undefined || elsewhere === undefined || beside === undefined) return [];
    const atMost = 1.2;
    return [
      ...compareSides(beside, alone, atMost),
      ...compareSides(elsewhere, alone),
      ...compareSides(beside, elsewhere, atMost),
    ];
  } finally {
    await floor.stop();
  }
};

/** Returns the results of verify alone, and beside each load. */
async function measureBeside(
  { isQuick, say }: BenchOptions,
  rounds: number,
  makeLoads: (origin: string, issuer: GitLabIssuer) => readonly ManagementLoad[],
): Promise<Side[]> {
  const database = await prepareBusyDatabase(say);
  const generator = startLoadGenerator();
  const issuer = await startGitLabIssuer();
  const server = await startBriksyncServer(database.path, acceptIssuer(issuer));
  const seconds = isQuick ? 3 : 5;
  const measure = (): Promise<LoadResult> =>
    generator.run([server], { credentials: "briksync", keyCount: database.keyCount, connections, seconds });
  try {
    const origin = new URL(server.url).origin;
    const contestants: Contestant<LoadResult>[] = [
      { name: "verify alone", measure },
      ...makeLoads(origin, issuer).map((load) => ({
        name: `verify beside ${load.name}`,
        measure: async () => {
          const running = await startManagementLoad(origin, database.person, load);
          // The load ends with the round, so that the server is idle before the next one.
          const stopping = setTimeout(seconds * 1000 + startMs).then(() => running.stop());
          const [result, counts] = await Promise.all([measure(), stopping]);
          say(`${load.name}: ${counts}`);
          return result;
        },
      })),
    ];
    const results = await runInterleaved(contestants, { warmUps: 1, rounds }, say);
    const sides = contestants.map(({ name }, index) => ({ name, results: results[index] ?? [] }));
    for (const side of sides) say(describeCores(side.name, side.results));
    return sides;
  } finally {
    await generator.stop();
    await server.stop();
    issuer.stop();
  }
}

function compareSides(side: Side, other: Side, p99AtMost?: number): Comparison[] {
  const [speed] = compareLoads(side, other);
  const goal = p99AtMost === undefined ? {} : { goal: { atMost: p99AtMost } };
  return [{ ...compareLatencies(side, other), ...goal }, ...(speed === undefined ? [] : [speed])];
}

/** Returns the load of exchanges whose token looks valid until its signature is verified. */
function makeFlood(token: string): ManagementLoad {
  return {
    name: "POST /token with wrong signatures",
    method: "POST",
    path: "/token",
    body: writeExchange(token, "any"),
    contentType: "application/x-www-form-urlencoded",
    isFromManyNetworks: true,
  };
}
