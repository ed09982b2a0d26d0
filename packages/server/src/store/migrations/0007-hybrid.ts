import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds provider sessions, browser sign-ins, job leases and subscriptions. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const suffix = sql.raw(dialect.clusteredSuffix);
  const { schema } = db;

  await schema
    .createTable("user_identities")
    .addColumn("provider", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("user_id", "text", (c) => c.notNull().references("users.id"))
    .addColumn("linked_on", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("user_identities_pk", ["provider", "subject"])
    // A later owner of the address, with an account, is another person.
    .addUniqueConstraint("user_identities_one_each", ["provider", "user_id"])
    .execute();

  // Outlives the session, because the provider may still issue tokens for a session that has ended here.
  await schema
    .createTable("external_sessions")
    .addColumn("provider", "text", (c) => c.notNull())
    .addColumn("external_id", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("needs_second_factor", "integer", (c) => c.notNull())
    .addColumn("session_id", "text", (c) => c.references("sessions.id"))
    .addPrimaryKeyConstraint("external_sessions_pk", ["provider", "external_id"])
    .execute();
  await schema.createIndex("external_sessions_session").on("external_sessions").column("session_id").execute();

  await schema
    .createTable("browser_sessions")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("session_id", "text", (c) => c.notNull().unique().references("sessions.id"))
    .execute();

  await schema
    .createTable("spent_sign_ins")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .modifyEnd(suffix)
    .execute();
  await schema.createIndex("spent_sign_ins_expiry").on("spent_sign_ins").column("expires_on").execute();

  await schema
    .createTable("job_leases")
    .addColumn("job", "text", (c) => c.primaryKey().notNull())
    .addColumn("holder", "text", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .execute();

  await schema
    .createTable("stripe_events")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("received_on", "text", (c) => c.notNull())
    .modifyEnd(suffix)
    .execute();
  await schema.createIndex("stripe_events_received").on("stripe_events").column("received_on").execute();

  await schema
    .createTable("stripe_customers")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("company_id", "text", (c) => c.references("companies.id"))
    .execute();
  await schema.createIndex("stripe_customers_company").on("stripe_customers").column("company_id").execute();

  await schema
    .createTable("stripe_subscriptions")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("customer_id", "text", (c) => c.notNull().references("stripe_customers.id"))
    .addColumn("status", "text", (c) => c.notNull())
    .addColumn("prices", "text", (c) => c.notNull())
    .addColumn("told_on", "text", (c) => c.notNull())
    .addColumn("told_by", "text", (c) => c.notNull())
    .addColumn("has_bought_plan", "integer", (c) => c.notNull())
    .execute();
  await schema.createIndex("stripe_subscriptions_customer").on("stripe_subscriptions").column("customer_id").execute();
}
