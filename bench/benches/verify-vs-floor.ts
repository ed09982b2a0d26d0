import { makeCredential } from "../fixtures/credentials.ts";
import { prepareKeyDatabase } from "../fixtures/key-database.ts";
import type { Bench } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { startFloorServer } from "../harness/floor.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { type RecordedResponse, recordResponse } from "../harness/recorded-response.ts";
import { runInterleaved } from "../harness/rounds.ts";
import { compareLoads, describeCores, makeFreshContestant, startBriksyncServer } from "../harness/verify-load.ts";

const keyCounts = [1_000, 100_000, 1_000_000];
const mainKeyCount = 100_000;
const flat = { from: 0.9, to: 1.1 };

function nameOf(keyCount: number): string {
  return `verify, ${keyCount.toLocaleString("en")} keys`;
}

/** Returns the response of the server with this database to the first key. */
async function recordAcceptedAnswer(databasePath: string): Promise<RecordedResponse> {
  const server = await startBriksyncServer(databasePath);
  try {
    return await recordResponse(server.url, { authorization: `Bearer ${makeCredential("briksync", 0)}` });
  } finally {
    await server.stop();
  }
}

/**
 * Compares verifications per second, with a thousand, a hundred thousand and a million keys, with the responses per
 * second of a bare `node:http` server. That server always sends the same body, of the same size and with the same
 * headers.
 */
export const benchVerifyVersusFloor: Bench = async (options) => {
  const databases: string[] = [];
  for (const keyCount of keyCounts) databases.push(await prepareKeyDatabase(keyCount, options.say));
  const starts = databases.map((path) => () => startBriksyncServer(path));
  const response = await recordAcceptedAnswer(await prepareKeyDatabase(mainKeyCount, options.say));
  const generator = startLoadGenerator();
  try {
    const names = [...keyCounts.map(nameOf), "bare node:http"];
    const contestants = [...starts, () => startFloorServer(response)].map((start, index) => {
      const keys = { credentials: "briksync" as const, keyCount: keyCounts[index] ?? mainKeyCount };
      return makeFreshContestant(names[index] ?? "", generator, start, keys, options);
    });
    // Each of these rounds has its own warm-up.
    const rounds = { warmUps: 0, rounds: options.isQuick ? 2 : 7 };
    const results = await runInterleaved(contestants, rounds, options.say);
    const sides = names.map((name, index) => ({ name, results: results[index] ?? [] }));
    for (const side of sides) options.say(describeCores(side.name, side.results));
    const [few, main, many, bare] = sides;
    if (few === undefined || main === undefined || many === undefined || bare === undefined) return [];
    const comparisons: Comparison[] = [
      ...compareLoads(main, bare, { atLeast: 0.5 }),
      ...compareLoads(few, main, flat),
      ...compareLoads(many, main, flat),
    ];
    return comparisons;
  } finally {
    await generator.stop();
  }
};
