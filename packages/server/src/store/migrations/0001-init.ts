import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** The first schema. Secrets and refresh tokens have their digest as key, so that a lookup needs one index. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const suffix = sql.raw(dialect.clusteredSuffix);
  const { schema } = db;

  await schema
    .createTable("companies")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("name", "text", (c) => c.notNull().unique())
    .addColumn("plan", "text", (c) => c.notNull().check(sql`plan in ('FREE', 'PRO', 'BUSINESS')`))
    .addColumn("created_on", "text", (c) => c.notNull())
    .modifyEnd(suffix)
    .execute();

  await schema
    .createTable("users")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("email", "text", (c) => c.notNull().unique())
    .addColumn("username", "text", (c) => c.unique())
    .addColumn("first_name", "text", (c) => c.notNull())
    .addColumn("last_name", "text", (c) => c.notNull())
    .addColumn("password_hash", "text", (c) => c.notNull())
    .addColumn("must_change_password", "integer", (c) => c.notNull())
    .addColumn("disabled_on", "text")
    .addColumn("created_on", "text", (c) => c.notNull())
    .execute();

  await schema
    .createTable("memberships")
    .addColumn("user_id", "text", (c) => c.notNull().references("users.id"))
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("privilege", "integer", (c) => c.notNull().check(sql`privilege in (1, 2, 3)`))
    .addColumn("created_on", "text", (c) => c.notNull())
    .addPrimaryKeyConstraint("memberships_pk", ["user_id", "company_id"])
    .execute();

  await schema
    .createTable("sessions")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("user_id", "text", (c) => c.notNull().references("users.id"))
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("created_network", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .addColumn("revoked_on", "text")
    .execute();
  await schema.createIndex("sessions_user_network").on("sessions").columns(["user_id", "created_network"]).execute();

  await schema
    .createTable("refresh_tokens")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("session_id", "text", (c) => c.notNull().references("sessions.id"))
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("used_on", "text")
    .modifyEnd(suffix)
    .execute();
  await schema.createIndex("refresh_tokens_session").on("refresh_tokens").column("session_id").execute();

  await schema
    .createTable("api_keys")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("client_id", "text", (c) => c.notNull().unique())
    .addColumn("status", "text", (c) => c.notNull().check(sql`status in ('active', 'revoked')`))
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("rotated_on", "text")
    .addColumn("revoked_on", "text")
    .addColumn("rate_per_minute", "integer")
    .addColumn("rate_burst", "integer")
    .modifyEnd(suffix)
    .execute();
  await schema.createIndex("api_keys_company").on("api_keys").columns(["company_id", "created_on", "id"]).execute();

  await schema
    .createTable("key_secrets")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("key_id", "text", (c) => c.notNull().references("api_keys.id"))
    .addColumn("state", "text", (c) => c.notNull().check(sql`state in ('current', 'pending', 'retiring')`))
    .addColumn("pepper_version", "text", (c) => c.notNull())
    .addColumn("created_on", "text", (c) => c.notNull())
    .modifyEnd(suffix)
    .execute();
  await schema.createIndex("key_secrets_key").on("key_secrets").column("key_id").execute();
  await sql`create unique index key_secrets_one_current on key_secrets (key_id) where state = 'current'`.execute(db);

  // Written often, so it is narrow and separate from the data of verify. It outlives the secret, because the key's last
  // use does.
  await schema
    .createTable("secret_uses")
    .addColumn("key_id", "text", (c) => c.notNull().references("api_keys.id"))
    .addColumn("secret_id", "text", (c) => c.notNull())
    .addColumn("used_on", "text", (c) => c.notNull())
    .addColumn("ip", "text")
    .addPrimaryKeyConstraint("secret_uses_pk", ["key_id", "secret_id"])
    .modifyEnd(suffix)
    .execute();

  await schema
    .createTable("ip_allowlist")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("key_id", "text", (c) => c.notNull().references("api_keys.id"))
    .addColumn("cidr", "text", (c) => c.notNull())
    .addColumn("note", "text")
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("expires_at", "text")
    .addUniqueConstraint("ip_allowlist_key_cidr", ["key_id", "cidr"])
    .execute();

  await schema
    .createTable("audit_events")
    .addColumn("company_id", "text", (c) => c.notNull().references("companies.id"))
    .addColumn("seq", "integer", (c) => c.notNull().check(sql`seq >= 1`))
    .addColumn("id", "text", (c) => c.notNull().unique())
    .addColumn("created_on", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("actor_id", "text")
    .addColumn("actor_email", "text")
    .addColumn("key_id", "text")
    .addColumn("key_name", "text")
    .addColumn("ip", "text")
    .addColumn("request_id", "text")
    .addColumn("details", "text", (c) => c.notNull())
    .addColumn("pepper_version", "text", (c) => c.notNull())
    .addColumn("hash", bytes, (c) => c.notNull())
    .addPrimaryKeyConstraint("audit_events_pk", ["company_id", "seq"])
    .execute();

  await schema
    .createTable("audit_heads")
    .addColumn("company_id", "text", (c) => c.primaryKey().notNull().references("companies.id"))
    .addColumn("seq", "integer", (c) => c.notNull().check(sql`seq >= 1`))
    .addColumn("hash", bytes, (c) => c.notNull())
    .execute();
}
