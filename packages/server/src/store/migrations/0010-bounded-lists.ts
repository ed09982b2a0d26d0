import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/**
 * Adds indexes for the filters of the audit trail, the status of keys and retention, so that nothing reads a whole
 * table (S-63). `seq` is the order of the trail and comes last in each index.
 */
export async function up(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  const { schema } = db;
  const indexAudit = (name: string, column: string) =>
    schema.createIndex(`audit_events_${name}`).on("audit_events").columns(["company_id", column, "seq"]);
  await indexAudit("action", "action").execute();
  await indexAudit("actor", "actor_id").where(sql.ref("actor_id"), "is not", null).execute();
  await indexAudit("key", "key_id").where(sql.ref("key_id"), "is not", null).execute();
  await indexAudit("time", "created_on").execute();
  await schema
    .createIndex("api_keys_status")
    .on("api_keys")
    .columns(["company_id", "status", "created_on", "id"])
    .execute();
  await schema.createIndex("sessions_expiry").on("sessions").column("expires_on").execute();
  await schema
    .createIndex("sessions_revocation")
    .on("sessions")
    .column("revoked_on")
    .where(sql.ref("revoked_on"), "is not", null)
    .execute();
  await schema
    .createIndex("refresh_tokens_use")
    .on("refresh_tokens")
    .column("used_on")
    .where(sql.ref("used_on"), "is not", null)
    .execute();
}
