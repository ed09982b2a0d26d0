import { basename } from "node:path";
import { prepareKeyDatabase } from "../fixtures/key-database.ts";
import { copyToPostgres } from "../fixtures/postgres-copy.ts";
import { prepareTrickDatabase } from "../fixtures/trick-database.ts";
import type { Bench, BenchOptions } from "../harness/bench.ts";
import type { Comparison } from "../harness/comparison.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { buildServerCopy, listPatches, type TrickLoad } from "../harness/patched-server.ts";
import { runInterleaved } from "../harness/rounds.ts";
import {
  compareLatencies,
  compareLoads,
  describeCores,
  makeFreshContestant,
  startBriksyncNode,
} from "../harness/verify-load.ts";

const keyCount = 100_000;
const loads: Readonly<Record<TrickLoad, string>> = {
  sqlite: "verify, SQLite",
  allowlists: "verify, SQLite, allowlists",
  postgres: "verify, PostgreSQL",
};

/** Measures the server with all tricks and without each one of them, in turns, with one database. */
async function compareTricks(
  load: TrickLoad,
  databaseEnv: Readonly<Record<string, string>>,
  options: BenchOptions,
): Promise<Comparison[]> {
  const patches = listPatches(load);
  const sides = [
    { name: loads[load], entry: buildServerCopy(load, null) },
    ...patches.map((patch) => {
      const trick = basename(patch, ".patch");
      options.say(`building the server without ${trick}`);
      return { name: `without ${trick}`, entry: buildServerCopy(trick, patch) };
    }),
  ];
  const generator = startLoadGenerator();
  try {
    const keys = { credentials: "briksync", keyCount } as const;
    const contestants = sides.map(({ name, entry }) =>
      makeFreshContestant(name, generator, () => startBriksyncNode(databaseEnv, entry), keys, options),
    );
    // The first round, which does not count, adds the rows that a server without a trick needs.
    const results = await runInterleaved(contestants, { warmUps: 1, rounds: options.isQuick ? 2 : 5 }, options.say);
    const measured = sides.map(({ name }, index) => ({ name, results: results[index] ?? [] }));
    for (const { name, results: rounds } of measured) options.say(describeCores(name, rounds));
    const [withAll, ...others] = measured;
    if (withAll === undefined) return [];
    return others.flatMap((without) => [...compareLoads(withAll, without), compareLatencies(withAll, without)]);
  } finally {
    await generator.stop();
  }
}

/**
 * Compares verifications per second, CPU time per verification and p99 with those of the server without one of its
 * performance tricks. Each file in `bench/tricks` removes one.
 */
export const benchVerifyWithoutTricks: Bench = async (options) => {
  const comparisons: Comparison[] = [];
  for (const load of ["sqlite", "allowlists"] as const) {
    const path = await prepareTrickDatabase(load, keyCount, options.say);
    comparisons.push(...(await compareTricks(load, { DATABASE_URL: `sqlite:${path}` }, options)));
  }
  const postgres = await copyToPostgres(await prepareKeyDatabase(keyCount, options.say), options.say);
  try {
    comparisons.push(...(await compareTricks("postgres", postgres.env, options)));
  } finally {
    await postgres.server.remove();
  }
  return comparisons;
};
