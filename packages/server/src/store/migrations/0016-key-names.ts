import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds an index for keys whose names start with a text. Both engines fold the case of ASCII letters only. */
export async function up(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  await db.schema
    .createIndex("api_keys_name")
    .on("api_keys")
    .columns(["company_id", "status"])
    .expression(sql`lower(name)`)
    .column("id")
    .execute();
}
