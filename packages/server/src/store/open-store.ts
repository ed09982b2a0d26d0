import type { Kysely } from "kysely";
import { type Dialect, dialects } from "./dialects.ts";
import { listMigrations } from "./migrate.ts";
import type { PostgresLocation } from "./postgres/location.ts";
import { openPostgresStore, openPostgresTransfer } from "./postgres/open-postgres.ts";
import { openSqliteStore, openSqliteTransfer } from "./sqlite/open-sqlite.ts";
import type { Store } from "./store.ts";
import { type StoreReporter, silentReporter } from "./store-reporter.ts";
import type { Tables } from "./tables.ts";

/** Location of the database. */
export type DatabaseLocation = { readonly engine: "sqlite"; readonly path: string } | PostgresLocation;

/** Opens the configured database and migrates it. */
export function openStore(location: DatabaseLocation, report: StoreReporter = silentReporter): Promise<Store> {
  return location.engine === "sqlite" ? openSqliteStore(location.path) : openPostgresStore(location, report);
}

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
