import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/**
 * Adds staged rotations (secrets with a deadline, a lease per key) and the sealed responses of calls with an
 * Idempotency-Key.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  const { schema } = db;

  for (const column of ["expires_on", "first_used_on", "created_by"]) {
    await schema.alterTable("key_secrets").addColumn(column, "text").execute();
  }
  await sql`create index key_secrets_deadline on key_secrets (expires_on) where expires_on is not null`.execute(db);
  for (const column of ["lease_holder", "lease_expires_on", "lease_shared_until"]) {
    await schema.alterTable("api_keys").addColumn(column, "text").execute();
  }

  await schema
    .createTable("idempotency_records")
    .addColumn("digest", bytes, (c) => c.primaryKey().notNull())
    .addColumn("request_digest", bytes, (c) => c.notNull())
    .addColumn("secret_id", "text")
    .addColumn("sealed", bytes)
    .addColumn("expires_on", "text", (c) => c.notNull())
    .modifyEnd(sql.raw(dialect.clusteredSuffix))
    .execute();
  await schema.createIndex("idempotency_records_expiry").on("idempotency_records").column("expires_on").execute();
}
