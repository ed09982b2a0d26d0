import type { Kysely } from "kysely";
import { type Dialect, dialects } from "../dialects.ts";
import { listMigrations } from "../migrate.ts";
import type { DatabaseLocation } from "../open-store.ts";
import { openPostgresTransfer } from "../postgres/open-postgres.ts";
import { openSqliteTransfer } from "../sqlite/open-sqlite.ts";
import type { Tables } from "../tables.ts";

/** A database that is open for an export or import. */
export interface Transfer {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  /** Names of its migrations. */
  readonly migrations: readonly string[];
  close(): Promise<void>;
}

/** Opens and migrates the database with long timeouts. */
export async function openTransfer(location: DatabaseLocation): Promise<Transfer> {
  const db =
    location.engine === "sqlite" ? await openSqliteTransfer(location.path) : await openPostgresTransfer(location);
  const dialect = dialects[location.engine];
  return { db, dialect, migrations: listMigrations(dialect), close: () => db.destroy() };
}
