import type { PostgresLocation } from "./postgres/location.ts";
import { openPostgresStore } from "./postgres/open-postgres.ts";
import { openSqliteStore } from "./sqlite/open-sqlite.ts";
import type { Store } from "./store.ts";
import { type StoreReporter, silentReporter } from "./store-reporter.ts";

/** Location of the database. */
export type DatabaseLocation = { readonly engine: "sqlite"; readonly path: string } | PostgresLocation;

/** Opens the configured database and migrates it. */
export function openStore(location: DatabaseLocation, report: StoreReporter = silentReporter): Promise<Store> {
  return location.engine === "sqlite" ? openSqliteStore(location.path) : openPostgresStore(location, report);
}
