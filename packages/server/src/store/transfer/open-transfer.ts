import type { Kysely } from "kysely";
import { type Dialect, dialects } from "../dialects.ts";
import { listMigrations } from "../migrate.ts";
import type { DatabaseLocation } from "../open-store.ts";
import { openPostgresTransfer } from "../postgres/open-postgres.ts";
import { openSqliteTransfer } from "../sqlite/open-sqlite.ts";
import type { Tables } from "../tables.ts";

/** A database opened for moving everything out of it or into it. */
export interface Transfer {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  /** The migrations that gave it its shape. */
  readonly migrations: readonly string[];
  close(): Promise<void>;
}

/** Opens the database, brings its schema up to date, and leaves time for everything. */
export async function openTransfer(location: DatabaseLocation): Promise<Transfer> {
  const db =
    location.engine === "sqlite" ? await openSqliteTransfer(location.path) : await openPostgresTransfer(location);
  const dialect = dialects[location.engine];
  return { db, dialect, migrations: listMigrations(dialect), close: () => db.destroy() };
}
