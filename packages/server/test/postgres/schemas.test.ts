import { expect, it } from "vitest";
import { useTestDatabase } from "../support/lifetimes.ts";
import { runCommand } from "../support/run-command.ts";

const foreign = (schema: string): string[] => [
  `create table ${schema}.kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)`,
  `create table ${schema}.kysely_migration_lock (id varchar(255) primary key, is_locked integer not null default 0)`,
  `insert into ${schema}.kysely_migration values ('0001-init', 'x'), ('2024_theirs', 'x')`,
  `create table ${schema}.users (id integer)`,
  `create table ${schema}.api_keys (id integer)`,
];

it("S-54 does not use the schema of another application", async () => {
  const database = await useTestDatabase(undefined, { bare: true });
  await database.query("create schema other");
  for (const statement of [...foreign("other"), "create table orders (id integer)"]) await database.query(statement);
  expect(await runCommand(["migrate"], database.env)).toMatchObject({ code: 0 });
  expect(await database.listTables()).toEqual(expect.arrayContaining(["api_keys", "orders"]));
  expect(await database.query("select name from other.kysely_migration order by name")).toHaveLength(2);
  expect((await runCommand(["audit", "verify"], database.env)).code).toBe(0);
});

it("S-54 S-53 uses the schema in search_path, whatever is in public", async () => {
  const database = await useTestDatabase(undefined, { bare: true });
  const name = new URL(String(database.env["DATABASE_URL"])).pathname.slice(1);
  for (const statement of foreign("public")) await database.query(statement);
  await database.query("create schema briksync");
  await database.query(`alter database ${name} set search_path = briksync, public`);
  const results = await Promise.all(Array.from({ length: 3 }, () => runCommand(["migrate"], database.env)));
  for (const { code, stderr } of results) expect([code, stderr]).toEqual([0, "The database is up to date.\n"]);
  expect(await database.query("select tablename from pg_tables where schemaname = 'briksync'")).not.toEqual([]);
  expect(await database.listTables()).toEqual(expect.arrayContaining(["users", "api_keys"]));
  expect(await database.listTables()).toHaveLength(2);
});

it("S-54 reports a search_path without an existing schema", async () => {
  const database = await useTestDatabase(undefined, { bare: true });
  const name = new URL(String(database.env["DATABASE_URL"])).pathname.slice(1);
  await database.query(`alter database ${name} set search_path = nowhere`);
  const { code, stderr } = await runCommand(["migrate"], database.env);
  expect([code, stderr]).toEqual([78, "The search_path of the database user contains no existing schema.\n"]);
});
