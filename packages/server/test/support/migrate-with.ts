import { parseConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open-store.ts";

/** Migrates the database's schema, as every command does when it opens the database. */
export async function migrateWith(env: Readonly<Record<string, string>>): Promise<void> {
  const store = await openStore(parseConfig(env).database);
  await store.close();
}
