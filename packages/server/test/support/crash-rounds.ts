import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findCrashDamage, inspectSqliteFile } from "./crash-check.ts";
import { CrashWorker } from "./crash-model.ts";
import { createHttpClient } from "./http-client.ts";
import { openDependencies } from "./open-dependencies.ts";
import { createPerson, signInPerson } from "./people.ts";
import { createRandom, type Random } from "./random.ts";
import { spawnServer } from "./spawn-server.ts";
import { createTemporaryDirectory } from "./temporary-directory.ts";

/** Result of a series of crashes. */
export interface CrashReport {
  readonly rounds: number;
  /** Calls with a 2xx response, and calls that were in flight when the process was killed. */
  readonly acknowledged: number;
  readonly inFlight: number;
  readonly keys: number;
}

const workerCount = 4;

function countAcknowledged(workers: readonly CrashWorker[]): number {
  return workers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
}

/** Waits for some more calls, and then for a random moment within a call. */
async function waitForLoad(workers: readonly CrashWorker[], random: Random): Promise<void> {
  const target = countAcknowledged(workers) + 1 + random.pick(40);
  const deadlineMs = performance.now() + 5_000;
  while (countAcknowledged(workers) < target && performance.now() < deadlineMs) await setTimeout(1);
  await setTimeout(random.pick(10));
}

/**
 * Kills a server under a write load with SIGKILL many times on one database, and checks the database each time. Throws
 * at the first problem, with the round and the seed.
 */
export async function runCrashRounds(
  { rounds, seed }: { readonly rounds: number; readonly seed: number },
  reportRound: (round: number, acknowledged: number) => void = () => undefined,
): Promise<CrashReport> {
  const directory = createTemporaryDirectory();
  const random = createRandom(seed);
  const databasePath = join(directory.path, "briksync.db");
  const env = {
    DATABASE_URL: `sqlite:${databasePath}`,
    LOG_LEVEL: "error",
    ACCESS_TOKEN_TTL: "86400",
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
  };
  const workers = Array.from(
    { length: workerCount },
    (_, index) => new CrashWorker(`worker ${index}`, createRandom(seed + index + 1)),
  );
  const deps = await openDependencies(env);
  const person = await createPerson(deps);
  let inFlight = 0;
  let token: string | null = null;
  try {
    for (let round = 1; round <= rounds; round++) {
      const server = await spawnServer(env);
      const client = createHttpClient(server.url);
      token ??= (await signInPerson(client, person)).token;
      const current = token;
      const load = Promise.all(workers.map((worker) => worker.run(client, current)));
      await waitForLoad(workers, random);
      await server.stop("SIGKILL");
      await load;
      client.close();
      inFlight += workers.filter(({ pending }) => pending !== null).length;
      const { stored, problems: unsound } = inspectSqliteFile(databasePath);
      const damage = await findCrashDamage(stored, deps.store, deps.secretHasher, workers);
      const problems = [...unsound, ...damage];
      if (problems.length > 0) {
        throw new Error(
          `Round ${round} of seed ${seed} left damage:\n${problems.map((problem) => `  ${problem}`).join("\n")}`,
        );
      }
      reportRound(round, countAcknowledged(workers));
    }
    return {
      rounds,
      inFlight,
      acknowledged: countAcknowledged(workers),
      keys: workers.reduce((sum, { keys }) => sum + keys.size, 0),
    };
  } finally {
    await deps.store.close();
    directory.remove();
  }
}
