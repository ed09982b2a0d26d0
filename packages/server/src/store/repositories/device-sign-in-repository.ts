import type { Kysely } from "kysely";
import type { DeviceSignInRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";

/** Sign-ins of devices over Kysely. */
export function createDeviceSignInRepository(db: Kysely<Tables>): DeviceSignInRepository {
  return {
    insert: async (signIn) => {
      await db
        .insertInto("deviceSignIns")
        .values({ ...signIn, state: "open" })
        .execute();
    },
    countOpen: async (now, network) => {
      const { open } = await db
        .selectFrom("deviceSignIns")
        .select((eb) => eb.fn.countAll<number | string | bigint>().as("open"))
        .where("state", "=", "open")
        .where("expiresOn", ">", now)
        .$if(network !== null, (query) => query.where("network", "=", network ?? ""))
        .executeTakeFirstOrThrow();
      return Number(open);
    },
    findByDeviceCode: async (digest) => {
      const row = await db
        .selectFrom("deviceSignIns")
        .selectAll()
        .where("deviceDigest", "=", digest)
        .executeTakeFirst();
      return row ?? null;
    },
    findByUserCode: async (digests) => {
      const row = await db
        .selectFrom("deviceSignIns")
        .selectAll()
        .where("userDigest", "in", digests)
        .executeTakeFirst();
      return row ?? null;
    },
    lock: async (id) => {
      await db
        .updateTable("deviceSignIns")
        .set((eb) => ({ state: eb.ref("state") }))
        .where("id", "=", id)
        .execute();
    },
    notePoll: async (id, poll) => {
      await db.updateTable("deviceSignIns").set(poll).where("id", "=", id).execute();
    },
    decide: async (id, decision) => {
      const { numUpdatedRows } = await db
        .updateTable("deviceSignIns")
        .set(decision)
        .where("id", "=", id)
        .where("state", "=", "open")
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    denyApproved: async (userId) => {
      await db
        .updateTable("deviceSignIns")
        .set({ state: "denied" })
        .where("userId", "=", userId)
        .where("state", "=", "approved")
        .execute();
    },
    spend: async (id, spent) => {
      const { numUpdatedRows } = await db
        .updateTable("deviceSignIns")
        .set({ ...spent, state: "spent" })
        .where("id", "=", id)
        .where("state", "=", "approved")
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("deviceSignIns")
        .where("id", "in", (eb) =>
          eb.selectFrom("deviceSignIns").select("id").where("expiresOn", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
