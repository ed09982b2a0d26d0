import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/**
 * Adds how and from where a session was opened, and when it was last used, for the list of a user's sessions. Older
 * sessions have no such values. The index has the order of the list, with what it leaves out.
 */
export async function up(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  const { schema } = db;
  for (const column of ["opened_with", "host_name", "client", "ip", "last_used_on"]) {
    await schema.alterTable("sessions").addColumn(column, "text").execute();
  }
  await schema
    .createIndex("sessions_use")
    .on("sessions")
    .column("user_id")
    .expression(sql`coalesce(last_used_on, created_on)`)
    .columns(["id", "expires_on"])
    .where(sql.ref("revoked_on"), "is", null)
    .execute();
}
