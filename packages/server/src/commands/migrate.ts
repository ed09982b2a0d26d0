import { openStore } from "../store/open-store.ts";
import { readConfig } from "./read-config.ts";
import type { Terminal } from "./terminal.ts";

/** Migrates the schema of the database. `serve` does the same when it starts. */
export async function migrateDatabase(terminal: Terminal): Promise<void> {
  const { config } = readConfig(terminal);
  const store = await openStore(config.database);
  await store.close();
  terminal.say("The database is up to date.");
}
