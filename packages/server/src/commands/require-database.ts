import { existsSync } from "node:fs";
import { ConfigError } from "../config/config.ts";
import type { DatabaseLocation } from "../store/open-store.ts";

/**
 * Throws if the database does not exist, for commands that only read. A mistyped path would otherwise create an empty
 * database.
 * @throws {ConfigError}
 */
export function requireDatabase(location: DatabaseLocation): void {
  if (location.engine !== "sqlite" || location.path === ":memory:" || existsSync(location.path)) return;
  throw new ConfigError([`DATABASE_URL: the database ${location.path} does not exist`]);
}
