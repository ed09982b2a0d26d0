import type { Kysely } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds an index for the refused exchanges of a trust, which can be few among many allowed ones (S-63). */
export async function up(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  await db.schema
    .createIndex("trust_events_outcome")
    .on("trust_events")
    .columns(["trust_id", "outcome", "created_on", "id"])
    .execute();
}
