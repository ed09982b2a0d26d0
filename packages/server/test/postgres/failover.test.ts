import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { expect, it, onTestFinished } from "vitest";
import type { PostgresServer } from "../../../../tools/postgres/start-postgres.ts";
import { findCrashDamage } from "../support/crash-check.ts";
import { CrashWorker } from "../support/crash-model.ts";
import { createHttpClient } from "../support/http-client.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { type OwnPostgres, startOwnPostgres } from "../support/own-postgres.ts";
import { createPerson, signInPerson } from "../support/people.ts";
import { readStoredKeys, workUntilCrash } from "../support/postgres-crash.ts";
import { createRandom } from "../support/random.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { startTcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

const acknowledgedMin = 60;

/** Runs one statement on a server over a new connection. */
async function queryServer(server: PostgresServer, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: server.urlOf("postgres") });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Pair {
  readonly postgres: OwnPostgres;
  readonly standby: PostgresServer;
  /** Connection of the standby to the primary. */
  readonly link: TcpProxy;
}

/** Starts a primary and its standby for one test. */
async function usePair(): Promise<Pair> {
  const postgres = await startOwnPostgres();
  onTestFinished(() => postgres.remove());
  const link = await startTcpProxy(postgres.server.port);
  onTestFinished(() => link.close());
  const standby = await postgres.server.startStandby(link.port);
  onTestFinished(() => standby.remove());
  await expect.poll(() => postgres.query("select state from pg_stat_replication")).toEqual([{ state: "streaming" }]);
  return { postgres, standby, link };
}

/**
 * Crashes the primary under load for good, and promotes the standby. Returns the differences from the confirmed
 * changes.
 */
async function failOver(
  { postgres, standby }: Pair,
  whileWorking?: () => void,
): Promise<{ readonly damage: string[]; readonly acknowledged: number }> {
  const env = { ...postgres.env, LOG_LEVEL: "fatal" };
  const deps = await openDependencies(env);
  onTestFinished(() => deps.store.close());
  const server = await spawnServer(env);
  const client = createHttpClient(server.url);
  onTestFinished(async () => {
    client.close();
    await server.stop("SIGKILL");
  });
  const { token } = await signInPerson(client, await createPerson(deps));
  const workers = Array.from({ length: 4 }, (_, index) => new CrashWorker(`worker ${index}`, createRandom(index + 1)));
  const countAll = (): number => workers.reduce((sum, { acknowledged }) => sum + acknowledged, 0);
  const work = Promise.all(workers.map((worker) => workUntilCrash(worker, client, token)));
  const waitFor = async (count: number): Promise<void> => {
    const deadlineMs = performance.now() + 30_000;
    while (countAll() < count && performance.now() < deadlineMs) await setTimeout(1);
  };
  await waitFor(acknowledgedMin);
  whileWorking?.();
  await waitFor(countAll() + acknowledgedMin);
  await postgres.server.crash();
  await work;
  const acknowledged = countAll();
  await queryServer(standby, "select pg_promote()");
  postgres.proxy.redirectTo(standby.port);
  // The node that served all the time recovers without a restart.
  await expect.poll(async () => (await client.call("GET", "/external/v1/auth/keys", { token })).status).toBe(200);
  const stored = await readStoredKeys((sql) => queryServer(standby, sql));
  const damage = await findCrashDamage(stored, deps.store, deps.secretHasher, workers);
  return { damage, acknowledged };
}

it("S-14 a failover to a synchronous standby loses no confirmed change, so a revoked key stays revoked", async () => {
  const pair = await usePair();
  await pair.postgres.query("alter system set synchronous_standby_names = '*'");
  await pair.postgres.query("select pg_reload_conf()");
  await expect
    .poll(() => pair.postgres.query("select sync_state from pg_stat_replication"))
    .toEqual([{ sync_state: "sync" }]);
  const { damage, acknowledged } = await failOver(pair);
  expect(acknowledged).toBeGreaterThan(2 * acknowledgedMin - 1);
  expect(damage).toEqual([]);
}, 120_000);

it("S-14 a failover to an asynchronous standby loses changes that it has not received (docs/deploy/postgres.md)", async () => {
  const pair = await usePair();
  // Their connection breaks, and no commit waits for it.
  const { damage, acknowledged } = await failOver(pair, () => pair.link.sever());
  expect(acknowledged).toBeGreaterThan(2 * acknowledgedMin - 1);
  expect(damage.length).toBeGreaterThan(0);
}, 120_000);
