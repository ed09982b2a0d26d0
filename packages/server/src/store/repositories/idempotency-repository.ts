import type { Kysely } from "kysely";
import type { IdempotencyRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

/** Sealed responses over Kysely. */
export function createIdempotencyRepository(db: Kysely<Tables>): IdempotencyRepository {
  return {
    find: async (digests, now) => {
      const row = await db
        .selectFrom("idempotency_records")
        .selectAll()
        .where("digest", "in", digests)
        .where("expires_on", ">", now)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        digest: row.digest,
        requestDigest: row.request_digest,
        secretId: row.secret_id,
        sealed: row.sealed,
        expiresOn: row.expires_on,
      };
    },
    claim: async ({ digest, requestDigest, expiresOn }, now) => {
      await db.deleteFrom("idempotency_records").where("digest", "=", digest).where("expires_on", "<=", now).execute();
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("idempotency_records")
        .values({ digest, request_digest: requestDigest, secret_id: null, sealed: null, expires_on: expiresOn })
        .onConflict((oc) => oc.column("digest").doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    keep: async (digest, { secretId, sealed }) => {
      await db
        .updateTable("idempotency_records")
        .set({ secret_id: secretId, sealed })
        .where("digest", "=", digest)
        .execute();
    },
    limitExpiry: async (latest) => {
      await db
        .updateTable("idempotency_records")
        .set({ expires_on: latest })
        .where("expires_on", ">", latest)
        .execute();
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("idempotency_records")
        .where("digest", "in", (eb) =>
          eb.selectFrom("idempotency_records").select("digest").where("expires_on", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
