import { expect, it } from "vitest";
import { useTestDatabase } from "../support/lifetimes.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { runCommand } from "../support/run-command.ts";

it("S-53 five processes that start together on a new database all succeed, and migrate once", async () => {
  const database = await useTestDatabase(undefined, { bare: true });
  const results = await Promise.all(Array.from({ length: 5 }, () => runCommand(["migrate"], database.env)));
  for (const { code, stderr } of results) expect([code, stderr]).toEqual([0, "The database is up to date.\n"]);
  const again = await runCommand(["migrate"], database.env);
  expect([again.code, again.stderr]).toEqual([0, "The database is up to date.\n"]);
  const ran = await database.query("select name from kysely_migration order by name");
  expect(ran.slice(0, 2)).toEqual([{ name: "0001-init" }, { name: "0002-rotations" }]);
  expect(new Set(ran.map(({ name }) => name)).size).toBe(ran.length);
});

it("S-53 a migration that fails halfway has no effect", async () => {
  const database = await useTestDatabase();
  const env = { ...database.env, ...postgresSecrets };
  expect((await runCommand(["migrate"], env)).code).toBe(0);
  // The migration can create its first table again, but a later table already exists.
  await database.query("drop table user_identities");
  await database.query("delete from kysely_migration where name >= '0007-hybrid'");
  const before = await database.listTables();
  const failed = await runCommand(["migrate"], env);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain("already exists");
  expect(await database.listTables()).toEqual(before);
});
