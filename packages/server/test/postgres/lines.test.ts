import { setTimeout } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { PostgresLines } from "../../src/store/postgres-lines.ts";
import { useTestDatabase } from "../support/lifetimes.ts";

async function openLines(lifetimeMs: number): Promise<PostgresLines> {
  const { env } = await useTestDatabase();
  const { database } = parseConfig(env);
  if (database.engine !== "postgres") throw new Error("This is about PostgreSQL");
  const lines = new PostgresLines(database, { count: 2, waitMs: 3_000, lifetimeMs });
  onTestFinished(() => lines.close());
  return lines;
}

it("S-52 a connection opens in the place of one that expired when that is closed, and no statement is lost", async () => {
  const lines = await openLines(100);
  const count = `select count(*)::int as open, array_agg(pid) as pids from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend'`;
  const open = new Set<number>();
  const pids = new Set<number>();
  const until = performance.now() + 2_000;
  const ask = async (): Promise<void> => {
    while (performance.now() < until) {
      for (const row of (await lines.ask({ text: count })) as { open: number; pids: number[] }[]) {
        open.add(row.open);
        for (const pid of row.pids) pids.add(pid);
      }
    }
  };
  await Promise.all([ask(), ask()]);
  expect(Math.max(...open)).toBe(2);
  // So many were opened one after the other.
  expect(pids.size).toBeGreaterThan(10);
});

it("S-52 a named statement that PostgreSQL does not know any more, or whose columns changed, is named anew", async () => {
  const lines = await openLines(60_000);
  const named = { name: "read_it", text: "select it from things" };
  await lines.ask({ text: "create table things as select 'a thing' as it" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
  // One after the other, all are asked over the same connection.
  await lines.ask({ text: "alter table things alter it type varchar(100)" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
  await lines.ask({ text: "deallocate all" });
  expect(await lines.ask(named)).toEqual([{ it: "a thing" }]);
});

it("S-35 closing lets what was asked be answered", async () => {
  const lines = await openLines(60_000);
  const answer = lines.ask({ text: "select pg_sleep(0.5), 'answered' as what" });
  await setTimeout(200);
  await lines.close();
  expect(await answer).toMatchObject([{ what: "answered" }]);
});
