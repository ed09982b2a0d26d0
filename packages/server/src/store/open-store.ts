import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** Where the data lives. */
export type DatabaseLocation = { readonly engine: "sqlite"; readonly path: string };

/** Opens the configured database and brings its schema up to date. */
export function openStore(location: DatabaseLocation): Promise<Store> {
  return openSqliteStore(location.path);
}
