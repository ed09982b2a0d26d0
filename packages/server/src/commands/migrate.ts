import { parseConfig } from "../config/config.ts";
import { loadServerSecrets } from "../config/server-secrets.ts";
import { openStore } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";
import { warnOfOpenFiles } from "./warn-of-open-files.ts";

/** Migrates the schema of the database. `serve` does the same when it starts. */
export async function migrateDatabase(terminal: Terminal): Promise<number> {
  const config = parseConfig(terminal.env);
  warnOfOpenFiles(terminal, config.database);
  // Creates the secrets of a new database, and finds missing ones of an old database early.
  loadServerSecrets(config);
  const store = await openStore(config.database);
  await store.close();
  terminal.say("The database is up to date.");
  return 0;
}
