import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { findCrashDamage, type StoredKey } from "../support/crash-check.ts";
import { CrashWorker } from "../support/crash-model.ts";
import { createHttpClient } from "../support/http-client.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { type OwnPostgres, startOwnPostgres } from "../support/own-postgres.ts";
import { createPerson, signInPerson } from "../support/people.ts";
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

async function readStoredKeys(): Promise<ReadonlyMap<string, StoredKey>> {
  const rows = await postgres.query(`
    select id, name, status = 'active' as active,
      array(select upper(encode(digest, 'hex')) from key_secrets where key_id = k.id) as digests,
      array(select cidr from ip_allowlist where key_id = k.id) as cidrs,
      (select count(*)::int from audit_events where key_id = k.id) as events
    from api_keys k`);
  return new Map(
    rows.map(({ id, name, active, digests, cidrs, events }) => [
      String(id),
      {
        id: String(id),
        name: String(name),
        isActive: active === true,
        digests: digests as string[],
        cidrs: (cidrs as string[]).sort(),
        events: Number(events),
      },
    ]),
  );
}

/** Works until a call is not answered with what it asked for; after 503 nothing may have happened, so nothing is pending. */
async function workUntilCrash(
  worker: CrashWorker,
  client: ReturnType<typeof createHttpClient>,
  token: string,
): Promise<string> {
  try {
    await worker.run(client, token);
    return "connection lost";
  } catch (error) {
    const text = String(error);
    const status = /answered (\d+)/.exec(text)?.[1];
    if (status === "503") worker.pending = null;
    else if (status !== "500") throw error;
    return status;
  }
}

it("S-14 after crashes of PostgreSQL and of the node under load every acknowledged change is there, none refused with 503 is, none is half", async () => {
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
      const damage = await findCrashDamage(await readStoredKeys(), deps.store, deps.secretHasher, workers);
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
