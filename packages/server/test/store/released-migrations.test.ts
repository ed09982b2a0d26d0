import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { describe, expect, it } from "vitest";
import { dialects } from "../../src/store/dialects.ts";
import { collectMigrations } from "../../src/store/migrate.ts";

/**
 * A released migration never changes, because existing databases have already run it. Each file in
 * `fixtures/migrations/` contains the statements of one migration. `pnpm exec vitest run -u <this file>` writes the
 * file of a new migration. A changed migration fails the test.
 */
const engines = [
  {
    dialect: dialects.sqlite,
    kysely: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  },
  {
    dialect: dialects.postgres,
    kysely: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (db: Kysely<unknown>) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  },
];

function describeQuery({ sql, parameters }: CompiledQuery): string {
  return parameters.length === 0 ? `${sql};\n` : `${sql}; -- ${JSON.stringify(parameters)}\n`;
}

describe.each(engines)("S-53 on $dialect.name, the released migration", ({ dialect, kysely }) => {
  it.each(Object.entries(collectMigrations(dialect)))("%s has its released statements", async (name, migration) => {
    const statements: string[] = [];
    const db = new Kysely<unknown>({ dialect: kysely, log: ({ query }) => void statements.push(describeQuery(query)) });
    await migration.up(db);
    const text = statements.join("\n") || "-- Nothing to do on this engine.\n";
    await expect(text).toMatchFileSnapshot(`../fixtures/migrations/${dialect.name}/${name}.sql`);
  });
});
