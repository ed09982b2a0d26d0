import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/**
 * Adds the shared token usage of nodes (`domain/limits/shared-token-buckets.ts`). A single process does not need it.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  if (!dialect.sharesTokens) return;
  await sql`create unlogged table token_debts (
    key_id text collate "C" primary key,
    full_at_ms double precision not null,
    charged_by text collate "C" not null
  )`.execute(db);
}
