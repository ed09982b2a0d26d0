import { existsSync, statSync } from "node:fs";
import { type Config, ConfigError, parseConfig } from "../config/config.ts";
import { loadServerSecrets, type ServerSecrets } from "../config/server-secrets.ts";
import type { DatabaseLocation } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Throws if the database does not exist, for commands that only read. A mistyped path would otherwise create an empty
 * database.
 * @throws {ConfigError}
 */
function requireDatabase(location: DatabaseLocation): void {
  if (location.engine !== "sqlite" || location.path === ":memory:" || existsSync(location.path)) return;
  throw new ConfigError([`DATABASE_URL: the database ${location.path} does not exist`]);
}

/** The database, the last-used file, and the files that SQLite keeps next to both. */
const suffixes = ["", "-wal", "-shm", "-uses", "-uses-wal", "-uses-shm"];

/**
 * Warns if other users of the machine can read or change database files. The files contain no plaintext secrets, but
 * personal data and password hashes. (For the secrets file, this is an error: see `server-secrets.ts`.)
 */
export function warnOfOpenFiles(terminal: Pick<Terminal, "say">, location: DatabaseLocation): void {
  if (location.engine !== "sqlite" || location.path === ":memory:") return;
  const open = suffixes
    .map((suffix) => `${location.path}${suffix}`)
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
  if (open.length === 0) return;
  terminal.say(
    `warning: Other users of this machine can read or change ${open.join(", ")}. Run: chmod 600 ${open.join(" ")}`,
  );
}

/**
 * Returns the configuration and the secrets of a command, and warns of open files. Creates the secrets of a new
 * database. Reports missing secrets of an existing database before the command starts.
 * @throws {ConfigError}
 */
export function readConfig(
  terminal: Terminal,
  { mustExist = false }: { readonly mustExist?: boolean } = {},
): { readonly config: Config; readonly secrets: ServerSecrets } {
  const config = parseConfig(terminal.env);
  warnOfOpenFiles(terminal, config.database);
  if (mustExist) requireDatabase(config.database);
  return { config, secrets: loadServerSecrets(config) };
}
