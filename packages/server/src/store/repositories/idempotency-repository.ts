import type { Kysely } from "kysely";
import type { IdempotencyRepository } from "../ports/keys.ts";
import type { Tables } from "../tables.ts";

/** Sealed responses over Kysely. */
export function createIdempotencyRepository(db: Kysely<Tables>): IdempotencyRepository {
  return {
    find: async (digests, now) => {
      const row = await db
        .selectFrom("idempotencyRecords")
        .selectAll()
        .where("digest", "in", digests)
        .where("expiresOn", ">", now)
        .executeTakeFirst();
      return row ?? null;
    },
    claim: async (record, now) => {
      await db
        .deleteFrom("idempotencyRecords")
        .where("digest", "=", record.digest)
        .where("expiresOn", "<=", now)
        .execute();
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("idempotencyRecords")
        .values({ ...record, secretId: null, sealed: null })
        .onConflict((oc) => oc.column("digest").doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    keep: async (digest, answer) => {
      await db.updateTable("idempotencyRecords").set(answer).where("digest", "=", digest).execute();
    },
    limitExpiry: async (latest) => {
      await db.updateTable("idempotencyRecords").set({ expiresOn: latest }).where("expiresOn", ">", latest).execute();
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("idempotencyRecords")
        .where("digest", "in", (eb) =>
          eb.selectFrom("idempotencyRecords").select("digest").where("expiresOn", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
