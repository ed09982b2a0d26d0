import { existsSync } from "node:fs";
import { ConfigError } from "../config/config.ts";
import type { DatabaseLocation } from "../store/open-store.ts";

/**
 * For commands that only look: a path with a mistake in it would be made into an empty database, in which all is well.
 * @throws {ConfigError}
 */
export function requireDatabase(location: DatabaseLocation): void {
  if (location.engine !== "sqlite" || location.path === ":memory:" || existsSync(location.path)) return;
  throw new ConfigError([`DATABASE_URL: the database ${location.path} does not exist`]);
}
