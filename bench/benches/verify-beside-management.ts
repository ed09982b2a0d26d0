import { setTimeout } from "node:timers/promises";
import { prepareBusyDatabase } from "../fixtures/busy-database.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import type { LoadResult } from "../harness/load.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { managementLoads, startManagementLoad } from "../harness/management-load.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { compareLatencies, compareLoads, describeCores, startBriksyncServer } from "../harness/verify-load.ts";

const alone = "verify alone";
/** How long the load generator takes at most to send its first requests. */
const startMs = 1_000;
const connections = 50;

/**
 * The time within which 99 of 100 verifications are answered while others work through long lists, over the time without
 * them. One company has a million audit events and 20,000 keys.
 */
export const benchVerifyBesideManagement: Bench = async (options) => {
  const database = await prepareBusyDatabase(options.say);
  const generator = startLoadGenerator();
  const server = await startBriksyncServer(database.path);
  const seconds = options.isQuick ? 3 : 5;
  const measure = (): Promise<LoadResult> =>
    generator.run([server], { credentials: "briksync", keyCount: database.keyCount, connections, seconds });
  try {
    const origin = new URL(server.url).origin;
    const contestants: Contestant<LoadResult>[] = [
      { name: alone, measure },
      ...managementLoads.map((load) => ({
        name: `verify beside ${load.name}`,
        measure: async () => {
          const running = await startManagementLoad(origin, database.person, load);
          // Ends with the round: the server has to come to rest before the next one.
          const stopping = setTimeout(seconds * 1000 + startMs).then(() => running.stop());
          const [result, told] = await Promise.all([measure(), stopping]);
          options.say(`${load.name}: ${told}`);
          return result;
        },
      })),
    ];
    const rounds = options.isQuick ? { warmUps: 1, rounds: 2 } : { warmUps: 1, rounds: 5 };
    const results = await runInterleaved(contestants, rounds, options.say);
    const sides = contestants.map(({ name }, index) => ({ name, results: results[index] ?? [] }));
    for (const side of sides) options.say(describeCores(side.name, side.results));
    const [without, ...beside] = sides;
    if (without === undefined) return [];
    return beside.flatMap((side): Comparison[] => {
      const [speed] = compareLoads(side, without);
      return [{ ...compareLatencies(side, without), goal: { atMost: 2 } }, ...(speed === undefined ? [] : [speed])];
    });
  } finally {
    await generator.stop();
    await server.stop();
  }
};
