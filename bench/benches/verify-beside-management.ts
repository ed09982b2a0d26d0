import { setTimeout } from "node:timers/promises";
import { startGitLabIssuer } from "../../tools/gitlab-issuer.ts";
import { prepareBusyDatabase } from "../fixtures/busy-database.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { acceptIssuer, forgeToken, writeExchange } from "../harness/gitlab-project.ts";
import type { LoadResult } from "../harness/load.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { type ManagementLoad, managementLoads, startManagementLoad } from "../harness/management-load.ts";
import { type Contestant, runInterleaved } from "../harness/rounds.ts";
import { compareLatencies, compareLoads, describeCores, startBriksyncServer } from "../harness/verify-load.ts";

const alone = "verify alone";
/** How long the load generator takes at most to send its first requests. */
const startMs = 1_000;
const connections = 50;

/**
 * The time within which 99 of 100 verifications are answered while others work through long lists, over the time without
 * them, or send tokens of pipelines with wrong signatures. One company has a million audit events and 20,000 keys.
 */
export const benchVerifyBesideManagement: Bench = async (options) => {
  const database = await prepareBusyDatabase(options.say);
  const generator = startLoadGenerator();
  const issuer = await startGitLabIssuer();
  const server = await startBriksyncServer(database.path, acceptIssuer(issuer));
  const seconds = options.isQuick ? 3 : 5;
  const measure = (): Promise<LoadResult> =>
    generator.run([server], { credentials: "briksync", keyCount: database.keyCount, connections, seconds });
  try {
    const origin = new URL(server.url).origin;
    const loads = [...managementLoads, makeFlood(forgeToken(issuer, origin))];
    const contestants: Contestant<LoadResult>[] = [
      { name: alone, measure },
      ...loads.map((load) => ({
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
    return beside.flatMap((side, index): Comparison[] => {
      const [speed] = compareLoads(side, without);
      const atMost = loads[index]?.p99AtMost ?? 0;
      return [{ ...compareLatencies(side, without), goal: { atMost } }, ...(speed === undefined ? [] : [speed])];
    });
  } finally {
    await generator.stop();
    await server.stop();
    issuer.stop();
  }
};

/** Exchanges of a token that looks right until its signature is verified. */
function makeFlood(token: string): ManagementLoad {
  return {
    name: "POST /token with wrong signatures",
    method: "POST",
    path: "/token",
    body: writeExchange(token, "any"),
    contentType: "application/x-www-form-urlencoded",
    isFromManyNetworks: true,
    p99AtMost: 1.2,
  };
}
