import { join } from "node:path";
import { expect, it } from "vitest";
import { useDatabase, useTemporaryDirectory } from "./support/lifetimes.ts";
import { runCommand } from "./support/run-command.ts";

it("S-53 five processes that start together on a new file all succeed, and migrate once", async () => {
  const path = join(useTemporaryDirectory(), "briksync.db");
  const env = { DATABASE_URL: `sqlite:${path}` };
  const results = await Promise.all(Array.from({ length: 5 }, () => runCommand(["migrate"], env)));
  for (const { code, stderr } of results) expect([code, stderr]).toEqual([0, "The database is up to date.\n"]);
  const again = await runCommand(["migrate"], env);
  expect([again.code, again.stderr]).toEqual([0, "The database is up to date.\n"]);
  expect(useDatabase(path).prepare("select name from kysely_migration").pluck().all()).toEqual([
    "0001-init",
    "0002-rotations",
  ]);
});

it("S-53 a migration that fails half-way leaves nothing behind", async () => {
  const path = join(useTemporaryDirectory(), "briksync.db");
  const database = useDatabase(path);
  // The last table of the migration cannot be created.
  database.exec("create table audit_heads (foreign_thing)");
  const failed = await runCommand(["migrate"], {
    DATABASE_URL: `sqlite:${path}`,
    BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
    BRIKSYNC_KEY_PEPPER: "a pepper of more than thirty-two bytes",
  });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("audit_heads");
  const tables = database.prepare("select name from sqlite_schema where type = 'table' and name not like 'kysely%'");
  expect(tables.pluck().all()).toEqual(["audit_heads"]);
});
