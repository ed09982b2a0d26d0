import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** Adds sign-ins of browsers that wait for the second factor. */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const bytes = sql.raw(dialect.bytesType);
  await db.schema
    .createTable("second_factor_sign_ins")
    .addColumn("id", "text", (c) => c.primaryKey().notNull())
    .addColumn("digest", bytes, (c) => c.notNull().unique())
    .addColumn("user_id", "text", (c) => c.notNull().references("users.id"))
    .addColumn("sealed", bytes, (c) => c.notNull())
    .addColumn("wrong_codes", "integer", (c) => c.notNull())
    .addColumn("expires_on", "text", (c) => c.notNull())
    .execute();
  await db.schema.createIndex("second_factor_sign_ins_user").on("second_factor_sign_ins").column("user_id").execute();
  await db.schema
    .createIndex("second_factor_sign_ins_expiry")
    .on("second_factor_sign_ins")
    .column("expires_on")
    .execute();
}
