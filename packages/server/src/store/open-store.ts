import type { PostgresLocation } from "./postgres/location.ts";
import { openPostgresStore } from "./postgres/open-postgres.ts";
import { openSqliteStore } from "./sqlite/open-sqlite.ts";
import type { Store } from "./store.ts";
import { type StoreReporter, silentReporter } from "./store-reporter.ts";

/** Where the data lives. */
export type DatabaseLocation = { readonly engine: "sqlite"; readonly path: string } | PostgresLocation;

/** Opens the configured database and brings its schema up to date. */
export function openStore(location: DatabaseLocation, report: StoreReporter = silentReporter): Promise<Store> {
  return location.engine === "sqlite" ? openSqliteStore(location.path) : openPostgresStore(location, report);
}
