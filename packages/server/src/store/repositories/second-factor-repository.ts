import type { Kysely } from "kysely";
import type { SecondFactorRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";

/** Sign-ins that wait for the second factor, over Kysely. */
export function createSecondFactorRepository(db: Kysely<Tables>): SecondFactorRepository {
  return {
    insert: async (signIn) => {
      await db
        .insertInto("secondFactorSignIns")
        .values({ ...signIn, wrongCodes: 0 })
        .execute();
    },
    find: async (digests) => {
      const row = await db
        .selectFrom("secondFactorSignIns")
        .selectAll()
        .where("digest", "in", digests)
        .executeTakeFirst();
      return row ?? null;
    },
    reseal: async (id, sealed) => {
      await db.updateTable("secondFactorSignIns").set({ sealed }).where("id", "=", id).execute();
    },
    countWrongCode: async (id) => {
      const row = await db
        .updateTable("secondFactorSignIns")
        .set((eb) => ({ wrongCodes: eb("wrongCodes", "+", 1) }))
        .where("id", "=", id)
        .returning("wrongCodes")
        .executeTakeFirst();
      return row?.wrongCodes ?? null;
    },
    finish: async (id, now) => {
      const { numDeletedRows } = await db
        .deleteFrom("secondFactorSignIns")
        .where("id", "=", id)
        .where("expiresOn", ">", now)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
    expire: async (which, now) => {
      await db
        .updateTable("secondFactorSignIns")
        .set({ expiresOn: now })
        .where("id" in which ? "id" : "userId", "=", "id" in which ? which.id : which.userId)
        .where("expiresOn", ">", now)
        .execute();
    },
    listExpired: (now, limit) =>
      db
        .selectFrom("secondFactorSignIns")
        .selectAll()
        .where("expiresOn", "<=", now)
        .orderBy("expiresOn")
        .limit(limit)
        .execute(),
    remove: async (id) => {
      const { numDeletedRows } = await db
        .deleteFrom("secondFactorSignIns")
        .where("id", "=", id)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
  };
}
