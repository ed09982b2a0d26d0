import type { Kysely } from "kysely";
import type { IdempotencyRepository } from "../ports/keys.ts";
import type { Tables } from "../tables.ts";
import { changesRow, deleteSome, execute, findFirst } from "./statements.ts";

/** Sealed responses over Kysely. */
export function createIdempotencyRepository(db: Kysely<Tables>): IdempotencyRepository {
  return {
    find: (digests, now) =>
      findFirst(
        db.selectFrom("idempotencyRecords").selectAll().where("digest", "in", digests).where("expiresOn", ">", now),
      ),
    claim: async (record, now) => {
      await db
        .deleteFrom("idempotencyRecords")
        .where("digest", "=", record.digest)
        .where("expiresOn", "<=", now)
        .execute();
      return changesRow(
        db
          .insertInto("idempotencyRecords")
          .values({ ...record, secretId: null, sealed: null })
          .onConflict((oc) => oc.column("digest").doNothing()),
      );
    },
    keep: (digest, answer) => execute(db.updateTable("idempotencyRecords").set(answer).where("digest", "=", digest)),
    limitExpiry: (latest) =>
      execute(db.updateTable("idempotencyRecords").set({ expiresOn: latest }).where("expiresOn", ">", latest)),
    deleteExpired: (now, limit) =>
      deleteSome(db, { from: "idempotencyRecords", key: "digest", where: ["expiresOn", "<=", now] }, limit),
  };
}
