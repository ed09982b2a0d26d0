import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readSchema } from "../../src/store/sqlite/connection.ts";
import { useTemporaryDirectory, useTestDatabase } from "../support/lifetimes.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";
import type { TestDatabase } from "../support/test-database.ts";

const person = ["--email", "ada@partner.example", "--first-name", "Ada", "--last-name", "Lovelace"];
const commands = [
  ["serve"],
  ["migrate"],
  ["admin", "create", ...person, "--company", "Acme"],
  ["export"],
  ["import"],
  ["audit", "anchor"],
  ["audit", "verify"],
];

/**
 * Expects exit code 78, which tells service managers not to retry, and one sentence for the operator without a stack
 * trace.
 */
function expectRefusal({ code, stdout, stderr }: CommandResult, sentence: RegExp): void {
  expect([code, stdout], stderr).toEqual([78, ""]);
  expect(stderr).toMatch(sentence);
  // There may also be a warning that other users can read the file.
  const lines = stderr.trimEnd().split("\n");
  expect(lines.filter((line) => !line.startsWith("warning: Other users"))).toHaveLength(1);
}

const kyselyTable = "create table kysely_migration (name varchar(255) primary key, timestamp varchar(255) not null)";

describe("S-54 the schema of another version or application", () => {
  const run = (args: readonly string[], { env }: TestDatabase): Promise<CommandResult> =>
    runCommand(args, { PORT: "0", ...env, ...postgresSecrets });

  it.each(commands.map((args) => [args.slice(0, 2).join(" "), args] as const))(
    "%s refuses a newer version with exit code 78 and a sentence",
    async (_name, args) => {
      const database = await useTestDatabase();
      expect((await run(["migrate"], database)).code).toBe(0);
      await database.query(
        "insert into kysely_migration values ('9999-of-a-newer-version', '2027-01-01T00:00:00.000Z')",
      );
      expectRefusal(await run(args, database), /newer schema .*9999-of-a-newer-version.*restore a backup/);
    },
  );

  it.each([
    ["Kysely's migrations and other tables", [kyselyTable, "insert into kysely_migration values ('2024_init', 'x')"]],
    ["a migration of the same name", [kyselyTable, "insert into kysely_migration values ('0001-init', 'x')"]],
    ["tables of the same names", ["create table users (id integer)"]],
    ["a view of the same name", ["create table people (id integer)", "create view sessions as select * from people"]],
  ])("is refused if another application has %s, and nothing changes", async (_what, statements) => {
    const database = await useTestDatabase(undefined, { bare: true });
    for (const statement of statements) await database.query(statement);
    const before = await database.listTables();
    expectRefusal(await run(["migrate"], database), /contains tables of another application: .*of its own\.$/m);
    expect(await database.listTables()).toEqual(before);
  });

  it("is migrated if a process was killed before its first migration", async () => {
    const database = await useTestDatabase(undefined, { bare: true });
    await database.query(kyselyTable);
    expect((await run(["migrate"], database)).code).toBe(0);
  });
});

describe("S-54 an SQLite file of another application", () => {
  it("is refused before any byte of it changes", async () => {
    const path = join(useTemporaryDirectory(), "places.sqlite");
    const other = new Database(path);
    other.exec("create table moz_places (id integer primary key); pragma user_version = 74");
    other.close();
    const before = readFileSync(path);
    for (const args of [["serve"], ["migrate"], ["audit", "anchor"]]) {
      expectRefusal(
        await runCommand(args, { DATABASE_URL: `sqlite:${path}`, PORT: "0", ...postgresSecrets }),
        /file in DATABASE_URL contains tables of another application: moz_places\..*file of its own\.$/m,
      );
    }
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("S-53 is not confused with a database that another process is migrating", () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    const other = new Database(path);
    onTestFinished(() => void other.close());
    // Kysely creates these before the first migration.
    other.pragma("journal_mode = WAL");
    other.exec("create table kysely_migration (name text primary key, timestamp text not null)");
    const prepare = Database.prototype.prepare;
    vi.spyOn(Database.prototype, "prepare").mockImplementation(function (this: Database.Database, query) {
      // The other process commits between the two queries of this process.
      if (query === "select name from kysely_migration") {
        other.exec("create table api_keys (id text); create table audit_heads (id text)");
        other.exec("insert into kysely_migration values ('0001-init', '2026-01-01T00:00:00.000Z')");
      }
      return prepare.call(this, query);
    });
    onTestFinished(() => void vi.restoreAllMocks());
    expect(readSchema(path)).toEqual({ tables: ["kysely_migration"], migrations: [] });
  });

  it("is refused if it is not an SQLite file", async () => {
    const path = join(useTemporaryDirectory(), "notes.txt");
    writeFileSync(
      path,
      "not a database, but long enough to look like the header of one to a hasty reader of files\n".repeat(20),
    );
    const before = readFileSync(path);
    const refused = await runCommand(["migrate"], { DATABASE_URL: `sqlite:${path}`, ...postgresSecrets });
    expectRefusal(refused, /notes\.txt is not an SQLite database/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
