import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Dialect } from "./dialects.ts";
import * as init from "./migrations/0001-init.ts";
import * as rotations from "./migrations/0002-rotations.ts";
import * as liveSecrets from "./migrations/0003-live-secrets.ts";
import * as tokenDebts from "./migrations/0005-token-debts.ts";
import type { Tables } from "./tables.ts";

/**
 * Brings the schema up to date; returns the names of the migrations that ran now.
 * All run in one write transaction, so of several processes that start together one migrates.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: {
      getMigrations: async (): Promise<Record<string, Migration>> => ({
        "0001-init": { up: (tx) => init.up(tx as Kysely<never>, dialect) },
        "0002-rotations": { up: (tx) => rotations.up(tx as Kysely<never>, dialect) },
        "0003-live-secrets": { up: (tx) => liveSecrets.up(tx as Kysely<never>, dialect) },
        "0005-token-debts": { up: (tx) => tokenDebts.up(tx as Kysely<never>, dialect) },
      }),
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
