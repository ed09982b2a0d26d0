import { fileURLToPath } from "node:url";
import type { BetterAuthSetup } from "../fixtures/better-auth.ts";
import { prepareBetterAuthDatabase } from "../fixtures/better-auth-database.ts";
import { prepareKeyDatabase } from "../fixtures/key-database.ts";
import type { Bench } from "../harness/bench.ts";
import type { Goal } from "../harness/comparison.ts";
import { startLoadGenerator } from "../harness/load.ts";
import { runInterleaved } from "../harness/rounds.ts";
import { type ServerProcess, startServerProcess } from "../harness/server-process.ts";
import {
  compareLoads,
  countVerifyRounds,
  describeCores,
  makeLoadContestant,
  startBriksyncServer,
} from "../harness/verify-load.ts";

const keyCount = 100_000;
const entry = fileURLToPath(new URL("../processes/better-auth-server.ts", import.meta.url));

const peers: readonly { setup: BetterAuthSetup; name: string; goal?: Goal }[] = [
  { setup: "documented", name: "better-auth, SQLite as documented", goal: { atLeast: 10 } },
  { setup: "tuned", name: "better-auth, SQLite tuned", goal: { atLeast: 10 } },
  { setup: "memory", name: "better-auth, keys in memory only" },
];

/** Compares verifications per second with those of better-auth's API-key plugin. Both use SQLite with as many keys. */
export const benchVerifyVersusBetterAuth: Bench = async (options) => {
  const { say } = options;
  const ownDatabase = await prepareKeyDatabase(keyCount, say);
  const generator = startLoadGenerator();
  const servers: ServerProcess[] = [];
  try {
    const own = await startBriksyncServer(ownDatabase);
    servers.push(own);
    const name = `verify, ${keyCount.toLocaleString("en")} keys`;
    const contestants = [makeLoadContestant(name, generator, own, { credentials: "briksync", keyCount }, options)];
    for (const peer of peers) {
      const database = await prepareBetterAuthDatabase(peer.setup, keyCount, say);
      const env = { SETUP: peer.setup, DATABASE: database, KEY_COUNT: `${keyCount}` };
      const server = await startServerProcess([entry], env);
      servers.push(server);
      contestants.push(
        makeLoadContestant(peer.name, generator, server, { credentials: "better-auth", keyCount }, options),
      );
    }
    const [ownResults = [], ...peerResults] = await runInterleaved(contestants, countVerifyRounds(options), say);
    say(describeCores(name, ownResults));
    return peers.flatMap((peer, index) => {
      const results = peerResults[index] ?? [];
      say(describeCores(peer.name, results));
      return compareLoads({ name, results: ownResults }, { name: peer.name, results }, peer.goal);
    });
  } finally {
    await generator.stop();
    for (const server of servers) await server.stop();
  }
};
