import { parseConfig } from "../config.ts";
import { openStore } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/** Brings the database's schema up to date; `serve` does the same when it starts. */
export async function migrateDatabase(terminal: Terminal): Promise<number> {
  const store = await openStore(parseConfig(terminal.env).database);
  await store.close();
  terminal.say("The database is up to date.");
  return 0;
}
