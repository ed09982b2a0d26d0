import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import type { PostgresLocation } from "../../src/store/postgres/location.ts";
import { PostgresLines } from "../../src/store/postgres/verify-connections.ts";
import { useTestDatabase } from "../support/lifetimes.ts";

async function readLocation(): Promise<PostgresLocation> {
  const { env } = await useTestDatabase();
  const { database } = parseConfig(env);
  if (database.engine !== "postgres") throw new Error("This is about PostgreSQL");
  return database;
}

function openLines(location: PostgresLocation, lifetimeMs: number): PostgresLines {
  const lines = new PostgresLines(location, { count: 2, waitMs: 3_000, lifetimeMs });
  onTestFinished(() => lines.close());
  return lines;
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

it("S-52 a new connection replaces an expired one only after it is closed, and no statement is lost", async () => {
  const location = await readLocation();
  const counter = await startCounter(location.port);
  const lines = openLines({ ...location, port: counter.port }, 100);
  const until = performance.now() + 2_000;
  const ask = async (): Promise<void> => {
    while (performance.now() < until) expect(await lines.ask({ text: "select 1 as one" })).toEqual([{ one: 1 }]);
  };
  await Promise.all([ask(), ask()]);
  expect(counter.opened).toBeGreaterThan(10);
  expect(counter.openMax).toBe(2);
});

it("S-52 a named statement is prepared again if PostgreSQL lost it or its columns changed", async () => {
  const lines = openLines(await readLocation(), 60_000);
  const named = { name: "read_it", text: "select it from things" };
  await lines.ask({ text: "create table things as select 'a thing' as it" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
  // One after another, all statements use the same connection.
  await lines.ask({ text: "alter table things alter it type varchar(100)" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
  await lines.ask({ text: "deallocate all" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
});

it("S-35 closing waits for the responses to running statements", async () => {
  const lines = openLines(await readLocation(), 60_000);
  const rows = lines.ask({ text: "select pg_sleep(0.5), 'answered' as what" });
  await setTimeout(200);
  await lines.close();
  expect(await rows).toMatchObject([{ what: "answered" }]);
});
