import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { findCrashDamage } from "../support/crash-check.ts";
import { CrashWorker } from "../support/crash-model.ts";
import { createHttpClient } from "../support/http-client.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { type OwnPostgres, startOwnPostgres } from "../support/own-postgres.ts";
import { createPerson, signInPerson } from "../support/people.ts";
import { readStoredKeys, workUntilCrash } from "../support/postgres-crash.ts";
import { createRandom } from "../support/random.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";

let postgres: OwnPostgres;
let deps: Dependencies;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  deps = await openDependencies(postgres.env);
});
afterAll(async () => {
  await deps.store.close();
  await postgres.remove();
});

it("S-14 crashes of PostgreSQL and the node under load lose no confirmed change, and leave none partial", async () => {
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  const env = { ...postgres.env, LOG_LEVEL: "fatal", ACCESS_TOKEN_TTL: "86400" };
  const workers = Array.from(
    { length: 4 },
    (_, index) => new CrashWorker(`worker ${index}`, createRandom(seed + index + 1)),
  );
  const person = await createPerson(deps);
  let server: ServerProcess = await spawnServer(env);
  let client = createHttpClient(server.url);
  const { token } = await signInPerson(client, person);
  const ends: string[] = [];
  try {
    for (let round = 1; round <= 5; round++) {
      const countAll = (): number => workers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
      const target = countAll() + 10 + random.pick(20);
      const load = Promise.all(workers.map((worker) => workUntilCrash(worker, client, token)));
      const deadlineMs = performance.now() + 10_000;
      while (countAll() < target && performance.now() < deadlineMs) await setTimeout(1);
      await setTimeout(random.pick(10));
      if (round % 2 === 0) {
        await server.stop("SIGKILL");
        ends.push(...(await load));
        client.close();
        server = await spawnServer(env);
        client = createHttpClient(server.url);
      } else {
        await postgres.server.crash();
        ends.push(...(await load));
        await postgres.server.start();
      }
      const damage = await findCrashDamage(
        await readStoredKeys(postgres.query),
        deps.store,
        deps.secretHasher,
        workers,
      );
      expect(damage, `round ${round} of seed ${seed}`).toEqual([]);
    }
    expect(workers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(50);
    expect(ends).toContain("connection lost");
    expect(ends).toContain("503");
  } finally {
    client.close();
    await server.stop("SIGKILL");
  }
}, 180_000);
