import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds trusts, their runs, and automation tokens. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const { schema } = db;
  await schema
    .alterTable("key_secrets")
    // No reference, because a rotation outlives its trust.
    .addColumn("pipeline_id", "text")
    .execute();

  await schema
    .createTable("trusts")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("provider", "text", (c) => c.notNull())
    .addColumn("issuer", "text", (c) => c.notNull())
    .addColumn("claims", "text", (c) => c.notNull())
    .addColumn("may", "text", (c) => c.notNull())
    .addColumn("ttl_seconds", "integer", (c) => c.notNull())
    .addColumn("from_cidrs", "text", (c) => c.notNull())
    .addColumn("reuse", "integer", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("created_by", "text", (c) => c.notNull().references("users.id"))
    .addColumn("disabled_on", "text")
    .addColumn("last_run", "text")
    .execute();
  await schema.createIndex("trusts_company").on("trusts").column("company_id").execute();
  await schema.createIndex("trusts_issuer").on("trusts").column("issuer").execute();

  await schema
    .createTable("trust_keys")
    .addColumn("trust_id", "text", (c) => c.notNull().references("trusts.id"))
    .addColumn("key_id", "text", (c) => c.notNull().references("api_keys.id"))
    .addPrimaryKeyConstraint("trust_keys_pk", ["trust_id", "key_id"])
    .execute();

  await schema
    .createTable("trust_events")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("trust_id", "text", (c) => c.notNull().references("trusts.id"))
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .addColumn("type", "text")
    .addColumn("claim", "text")
    .addColumn("has", "text")
    .addColumn("repository", "text", (c) => c.notNull())
    .addColumn("workflow", "text", (c) => c.notNull())
    .addColumn("run_id", "text", (c) => c.notNull())
    .addColumn("ip", "text")
    .execute();
  await schema.createIndex("trust_events_place").on("trust_events").columns(["trust_id", "created_on", "id"]).execute();
  // For refused exchanges, which can be few among many allowed ones (S-63).
  await schema
    .createIndex("trust_events_outcome")
    .on("trust_events")
    .columns(["trust_id", "outcome", "created_on", "id"])
    .execute();
  await schema.createIndex("trust_events_age").on("trust_events").column("created_on").execute();

  await schema
    .createTable("run_tokens")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("trust_id", "text", (c) => c.notNull().references("trusts.id"))
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .addColumn("repository", "text", (c) => c.notNull())
    .addColumn("workflow", "text", (c) => c.notNull())
    .addColumn("run_id", "text", (c) => c.notNull())
    .execute();
  await schema.createIndex("run_tokens_trust").on("run_tokens").column("trust_id").execute();
  await schema.createIndex("run_tokens_expiry").on("run_tokens").column("expires_on").execute();

  await schema
    .createTable("spent_assertions")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("uses", "integer", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .execute();
  await schema.createIndex("spent_assertions_expiry").on("spent_assertions").column("expires_on").execute();

  await schema
    .createTable("automation_tokens")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("may", "text", (c) => c.notNull())
    .addColumn("from_cidrs", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("created_by", "text", (c) => c.notNull().references("users.id"))
    .addColumn("lifetime_seconds", "integer", (c) => c.notNull())
    .addColumn("revoked_on", "text")
    .execute();
  await schema.createIndex("automation_tokens_company").on("automation_tokens").column("company_id").execute();

  await schema
    .createTable("automation_token_uses")
    .addColumn("token_id", "text", (c) => c.primaryKey().notNull().references("automation_tokens.id"))
    .addColumn("used_at", "text", (c) => c.notNull())
    .addColumn("ip", "text")
    .execute();

  await schema
    .createTable("automation_token_keys")
    .addColumn("token_id", "text", (c) => c.notNull().references("automation_tokens.id"))
    .addColumn("key_id", "text", (c) => c.notNull().references("api_keys.id"))
    .addPrimaryKeyConstraint("automation_token_keys_pk", ["token_id", "key_id"])
    .execute();

  await schema
    .createTable("automation_token_secrets")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("token_id", "text", (c) => c.notNull().references("automation_tokens.id"))
    .addColumn("pepper_version", "text", (c) => c.notNull())
    .addColumn("state", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("expires_at", "text", (c) => c.notNull())
    .execute();
  await schema
    .createIndex("automation_token_secrets_token")
    .on("automation_token_secrets")
    .column("token_id")
    .execute();
}
