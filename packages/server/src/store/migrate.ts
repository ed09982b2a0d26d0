import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Dialect } from "./dialects.ts";
import * as init from "./migrations/0001-init.ts";
import * as rotations from "./migrations/0002-rotations.ts";
import * as liveSecrets from "./migrations/0003-live-secrets.ts";
import * as tokenDebts from "./migrations/0005-token-debts.ts";
import * as hybrid from "./migrations/0007-hybrid.ts";
import * as deviceTokens from "./migrations/0009-device-tokens.ts";
import * as boundedLists from "./migrations/0010-bounded-lists.ts";
import * as operators from "./migrations/0011-operators.ts";
import * as pipelines from "./migrations/0012-pipelines.ts";
import * as deviceSignIns from "./migrations/0013-device-sign-ins.ts";
import * as secondFactors from "./migrations/0014-second-factors.ts";
import * as sessionOrigins from "./migrations/0015-session-origins.ts";
import * as keyNames from "./migrations/0016-key-names.ts";
import { type FoundSchema, migrationTable, requireOwnSchema } from "./own-schema.ts";
import type { Tables } from "./tables.ts";

/** Returns all migrations in their order. A released migration never changes. Numbers may be missing, as 4 and 6 are. */
export function collectMigrations(dialect: Dialect): Record<string, Migration> {
  return {
    "0001-init": { up: (tx) => init.up(tx as Kysely<never>, dialect) },
    "0002-rotations": { up: (tx) => rotations.up(tx as Kysely<never>, dialect) },
    "0003-live-secrets": { up: (tx) => liveSecrets.up(tx as Kysely<never>, dialect) },
    "0005-token-debts": { up: (tx) => tokenDebts.up(tx as Kysely<never>, dialect) },
    "0007-hybrid": { up: (tx) => hybrid.up(tx as Kysely<never>, dialect) },
    "0009-device-tokens": { up: (tx) => deviceTokens.up(tx as Kysely<never>, dialect) },
    "0010-bounded-lists": { up: (tx) => boundedLists.up(tx as Kysely<never>, dialect) },
    "0011-operators": { up: (tx) => operators.up(tx as Kysely<never>, dialect) },
    "0012-pipelines": { up: (tx) => pipelines.up(tx as Kysely<never>, dialect) },
    "0013-device-sign-ins": { up: (tx) => deviceSignIns.up(tx as Kysely<never>, dialect) },
    "0014-second-factors": { up: (tx) => secondFactors.up(tx as Kysely<never>, dialect) },
    "0015-session-origins": { up: (tx) => sessionOrigins.up(tx as Kysely<never>, dialect) },
    "0016-key-names": { up: (tx) => keyNames.up(tx as Kysely<never>, dialect) },
  };
}

/** Returns the names of all migrations, which are the version of the schema. */
export function listMigrations(dialect: Dialect): readonly string[] {
  return Object.keys(collectMigrations(dialect));
}

/** Returns the schema of the database from one snapshot, because another process may migrate at the same time. */
function readSchema(db: Kysely<Tables>, dialect: Dialect): Promise<FoundSchema> {
  return db
    .withoutPlugins()
    .connection()
    .execute(async (connection) => {
      await sql.raw(dialect.beginSnapshot).execute(connection);
      try {
        const found = await connection.introspection.getTables({ withInternalKyselyTables: true });
        const tables = found.map(({ name }) => name);
        if (!tables.includes(migrationTable)) return { tables, migrations: [] };
        const { rows } = await sql<{ name: string }>`select name from ${sql.table(migrationTable)}`.execute(connection);
        return { tables, migrations: rows.map(({ name }) => name) };
      } finally {
        await sql`rollback`.execute(connection);
      }
    });
}

/**
 * Migrates the schema and returns the names of the migrations that ran. All run in one write transaction, so only one
 * of several starting processes migrates.
 * @throws {SchemaError} if the schema belongs to a newer version or another application.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<string[]> {
  requireOwnSchema(await readSchema(db, dialect), listMigrations(dialect), dialect);
  const migrator = new Migrator({
    db: db.withoutPlugins(),
    provider: { getMigrations: async () => collectMigrations(dialect) },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
