import type { Dialect } from "./dialects.ts";
import { tableShapes } from "./tables.ts";

/** The database belongs to a newer version or another application. The operator must decide what to do. */
export class SchemaError extends Error {
  override readonly name = "SchemaError";
}

/** The content of a database, or of the schema in use. */
export interface FoundSchema {
  /** Names of tables and views. */
  readonly tables: readonly string[];
  /** Names in Kysely's table of migrations, which other applications may use too. */
  readonly migrations: readonly string[];
}

/** Kysely's table of completed migrations. */
export const migrationTable = "kysely_migration";
const migrationTables = [migrationTable, "kysely_migration_lock"];

/** Tables of the first migration. Without them, the migration belongs to another application. */
const firstTables = ["api_keys", "audit_heads"];

/** Tables that exports do not contain: shared state of PostgreSQL nodes, and derived tables of SQLite. */
const derivedTables = ["token_debts", "live_secrets", "numbered_companies", "ended_secrets", "placed_secrets"];
const ownTables = new Set([...Object.keys(tableShapes), ...derivedTables]);

const namedMax = 5;

function listNames(names: readonly string[]): string {
  const more = names.length - namedMax;
  return `${names.slice(0, namedMax).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/**
 * Throws unless the schema belongs to this version. Refuses a schema of a newer version, and tables of another
 * application that could be mistaken for briksync's own. In PostgreSQL, other tables are allowed. An SQLite file
 * belongs to one application.
 * @throws {SchemaError}
 */
export function requireOwnSchema(
  { tables, migrations }: FoundSchema,
  known: readonly string[],
  dialect: Pick<Dialect, "name">,
): void {
  const isOwn = migrations.includes(known[0] ?? "") && firstTables.every((table) => tables.includes(table));
  if (isOwn) {
    const newer = migrations.filter((name) => !known.includes(name));
    if (newer.length === 0) return;
    throw new SchemaError(
      `The database has a newer schema than this version of briksync-server knows: ${listNames(newer)}. Nothing was changed. Start the version that migrated it, or restore a backup from before the update.`,
    );
  }
  const others = tables.filter((table) => !migrationTables.includes(table));
  const foreign =
    migrations.length > 0 || dialect.name === "sqlite" ? others : others.filter((table) => ownTables.has(table));
  if (foreign.length === 0 && migrations.length === 0) return;
  const place = dialect.name === "sqlite" ? "file" : "database or schema";
  throw new SchemaError(
    `The ${place} in DATABASE_URL contains tables of another application: ${listNames([...foreign, ...migrations])}. Nothing was changed. Give briksync a ${place} of its own.`,
  );
}
