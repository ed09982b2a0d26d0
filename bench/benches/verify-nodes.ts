import { makeCredential } from "../fixtures/credentials.ts";
import { prepareKeyDatabase } from "../fixtures/key-database.ts";
import { copyToPostgres } from "../fixtures/postgres-copy.ts";
import type { Bench } from "../harness/bench.ts";
import { startFloorServer } from "../harness/floor.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { recordResponse } from "../harness/recorded-response.ts";
import { runInterleaved } from "../harness/rounds.ts";
import type { ServerProcess } from "../harness/server-process.ts";
import {
  compareLatencies,
  compareLoads,
  countVerifyRounds,
  describeCores,
  makeLoadContestant,
  startBriksyncNode,
  startBriksyncServer,
} from "../harness/verify-load.ts";

const keyCount = 100_000;
const nodeCounts = [1, 2, 4];

/**
 * Compares verifications per second and p99 with those of a bare `node:http` server. Measures one process with SQLite,
 * and one, two and four nodes with one PostgreSQL, all on the same machine.
 */
export const benchVerifyNodes: Bench = async (options) => {
  const path = await prepareKeyDatabase(keyCount, options.say);
  const postgres = await copyToPostgres(path, options.say);
  const generator = startLoadGenerator();
  const running: ServerProcess[] = [];
  const keep = (server: ServerProcess): ServerProcess => {
    running.push(server);
    return server;
  };
  try {
    const sqlite = keep(await startBriksyncServer(path));
    const nodes: ServerProcess[] = [];
    while (nodes.length < Math.max(...nodeCounts)) nodes.push(keep(await startBriksyncNode(postgres.env)));
    const authorization = `Bearer ${makeCredential("briksync", 0)}`;
    const floor = keep(await startFloorServer(await recordResponse(sqlite.url, { authorization })));
    const sides: [string, readonly ServerProcess[]][] = [
      ["bare node:http", [floor]],
      ["verify, SQLite, 1 process", [sqlite]],
      ...nodeCounts.map((count): [string, readonly ServerProcess[]] => [
        `verify, PostgreSQL, ${count} ${count === 1 ? "node" : "nodes"}`,
        nodes.slice(0, count),
      ]),
    ];
    const keys = { credentials: "briksync", keyCount } as const;
    const contestants = sides.map(([name, servers]) => makeLoadContestant(name, generator, servers, keys, options));
    const results = await runInterleaved(contestants, countVerifyRounds(options), options.say);
    const measured = sides.map(([name], index) => ({ name, results: results[index] ?? [] }));
    for (const { name, results: rounds } of measured) options.say(describeCores(name, rounds));
    const [bare, ...others] = measured;
    if (bare === undefined) return [];
    return others.flatMap((side) => [...compareLoads(side, bare), compareLatencies(side, bare)]);
  } finally {
    await generator.stop();
    for (const server of running) await server.stop();
    await postgres.server.remove();
  }
};
