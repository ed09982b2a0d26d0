import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Replaces the sign-in networks of users with devices. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const { schema } = db;
  await schema
    .createTable("device_tokens")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("digest", bytes, (c) => c.notNull().unique())
    .addColumn("user_id", "text", (c) => c.notNull().references("users.id"))
    // No reference, because a device outlives its last session.
    .addColumn("session_id", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("last_used_on", "text")
    .addColumn("expires_on", "text", (c) => c.notNull())
    .execute();
  await schema.createIndex("device_tokens_user").on("device_tokens").column("user_id").execute();
  await schema.createIndex("device_tokens_expiry").on("device_tokens").column("expires_on").execute();

  await schema.dropIndex("sessions_user_network").execute();
  await schema.alterTable("sessions").dropColumn("created_network").execute();
  await schema.createIndex("sessions_user").on("sessions").column("user_id").execute();
}
