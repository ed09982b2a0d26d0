import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import type { PostgresLocation } from "../../src/store/postgres/location.ts";
import { PostgresPool, type Statement } from "../../src/store/postgres/pool.ts";
import { useTestDatabase } from "../support/lifetimes.ts";

async function readLocation(): Promise<PostgresLocation> {
  const { env } = await useTestDatabase();
  const { database } = parseConfig(env);
  if (database.engine !== "postgres") throw new Error("This is about PostgreSQL");
  return database;
}

function openPool(location: PostgresLocation, lifetimeMs?: number): PostgresPool {
  const options = { size: 2, waitMs: 3_000, waitingMax: 10, ...(lifetimeMs !== undefined && { lifetimeMs }) };
  const pool = new PostgresPool(location, options, (_what, error) => {
    throw error;
  });
  onTestFinished(() => pool.close());
  return pool;
}

async function read(pool: PostgresPool, statement: Statement): Promise<unknown[]> {
  return (await pool.askWithRetry(statement)).rows;
}

/** Starts a proxy to a port of this machine that counts its connections. */
async function startCounter(targetPort: number) {
  const counter = { port: 0, open: 0, openMax: 0, opened: 0 };
  const server = createServer((client) => {
    counter.opened++;
    counter.openMax = Math.max(counter.openMax, ++counter.open);
    client.on("close", () => counter.open--);
    const target = connect(targetPort, "127.0.0.1");
    for (const socket of [client, target]) socket.on("error", () => undefined);
    client.pipe(target).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  counter.port = (server.address() as AddressInfo).port;
  return counter;
}

it("S-52 new connections replace expired ones, and no statement is lost", async () => {
  const location = await readLocation();
  const counter = await startCounter(location.port);
  const pool = openPool({ ...location, port: counter.port }, 100);
  const until = performance.now() + 2_000;
  const ask = async (): Promise<void> => {
    while (performance.now() < until) expect(await read(pool, { text: "select 1 as one" })).toEqual([{ one: 1 }]);
  };
  await Promise.all([ask(), ask()]);
  expect(counter.opened).toBeGreaterThan(10);
  expect(counter.openMax).toBeGreaterThanOrEqual(2);
  // While an expired connection closes, the next one may already open.
  expect(counter.openMax).toBeLessThanOrEqual(4);
});

it("S-52 a named statement is prepared again if PostgreSQL lost it or its columns changed", async () => {
  const pool = openPool(await readLocation());
  const named = { name: "read_it", text: "select it from things" };
  await read(pool, { text: "create table things as select 'a thing' as it" });
  expect(await read(pool, named)).toEqual([{ it: "a thing" }]);
  // One after another, all statements use the same connection.
  await read(pool, { text: "alter table things alter it type varchar(100)" });
  expect(await read(pool, named)).toEqual([{ it: "a thing" }]);
  await read(pool, { text: "deallocate all" });
  expect(await read(pool, named)).toEqual([{ it: "a thing" }]);
});

it("S-35 closing waits for the responses to running statements", async () => {
  const pool = openPool(await readLocation());
  const rows = read(pool, { text: "select pg_sleep(0.5), 'answered' as what" });
  await setTimeout(200);
  await pool.close();
  expect(await rows).toMatchObject([{ what: "answered" }]);
});
