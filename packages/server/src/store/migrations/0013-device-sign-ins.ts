import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds sign-ins of devices through a browser, and the hard end of the sessions that they open. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const { schema } = db;
  await schema.alterTable("sessions").addColumn("ends_on", "text").execute();

  await schema
    .createTable("device_sign_ins")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("device_digest", bytes, (c) => c.notNull().unique())
    .addColumn("user_digest", bytes, (c) => c.notNull().unique())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("host_name", "text", (c) => c.notNull())
    .addColumn("client_version", "text", (c) => c.notNull())
    .addColumn("ip", "text")
    .addColumn("network", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .addColumn("interval_seconds", "integer", (c) => c.notNull())
    .addColumn("polled_on", "text")
    .addColumn("user_id", "text", (c) => c.references("users.id"))
    .addColumn("company_id", "text", (c) => c.references("companies.id"))
    // No references, because retention removes ended sessions.
    .addColumn("approving_session_id", "text")
    .addColumn("ends_on", "text")
    .addColumn("session_id", "text")
    .addColumn("spent_on", "text")
    .execute();
  await schema
    .createIndex("device_sign_ins_network")
    .on("device_sign_ins")
    .columns(["network", "state", "expires_on"])
    .execute();
  await schema.createIndex("device_sign_ins_user").on("device_sign_ins").column("user_id").execute();
  await schema.createIndex("device_sign_ins_expiry").on("device_sign_ins").column("expires_on").execute();
}
