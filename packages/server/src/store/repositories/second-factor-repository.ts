import type { Kysely } from "kysely";
import type { SecondFactorRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";
import { changesRow, execute, findFirst } from "./statements.ts";

/** Sign-ins that wait for the second factor, over Kysely. */
export function createSecondFactorRepository(db: Kysely<Tables>): SecondFactorRepository {
  return {
    insert: (signIn) => execute(db.insertInto("secondFactorSignIns").values({ ...signIn, wrongCodes: 0 })),
    find: (digests) => findFirst(db.selectFrom("secondFactorSignIns").selectAll().where("digest", "in", digests)),
    reseal: (id, sealed) => execute(db.updateTable("secondFactorSignIns").set({ sealed }).where("id", "=", id)),
    countWrongCode: async (id) => {
      const row = await db
        .updateTable("secondFactorSignIns")
        .set((eb) => ({ wrongCodes: eb("wrongCodes", "+", 1) }))
        .where("id", "=", id)
        .returning("wrongCodes")
        .executeTakeFirst();
      return row?.wrongCodes ?? null;
    },
    finish: (id, now) =>
      changesRow(db.deleteFrom("secondFactorSignIns").where("id", "=", id).where("expiresOn", ">", now)),
    expire: (which, now) =>
      execute(
        db
          .updateTable("secondFactorSignIns")
          .set({ expiresOn: now })
          .where("id" in which ? "id" : "userId", "=", "id" in which ? which.id : which.userId)
          .where("expiresOn", ">", now),
      ),
    listExpired: (now, limit) =>
      db
        .selectFrom("secondFactorSignIns")
        .selectAll()
        .where("expiresOn", "<=", now)
        .orderBy("expiresOn")
        .limit(limit)
        .execute(),
    remove: (id) => changesRow(db.deleteFrom("secondFactorSignIns").where("id", "=", id)),
  };
}
