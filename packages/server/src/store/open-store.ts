import type { DatabaseLocation } from "../config.ts";
import { openSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

/** Opens the configured database and brings its schema up to date. */
export function openStore(location: DatabaseLocation): Promise<Store> {
  return openSqliteStore(location.path);
}
