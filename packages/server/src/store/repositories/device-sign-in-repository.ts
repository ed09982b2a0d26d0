import type { Kysely } from "kysely";
import type { DeviceSignInRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";
import { changesRow, deleteSome, execute, findFirst, lockRow } from "./statements.ts";

/** Sign-ins of devices over Kysely. */
export function createDeviceSignInRepository(db: Kysely<Tables>): DeviceSignInRepository {
  return {
    insert: (signIn) => execute(db.insertInto("deviceSignIns").values({ ...signIn, state: "open" })),
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
    findByDeviceCode: (digest) =>
      findFirst(db.selectFrom("deviceSignIns").selectAll().where("deviceDigest", "=", digest)),
    findByUserCode: (digests) =>
      findFirst(db.selectFrom("deviceSignIns").selectAll().where("userDigest", "in", digests)),
    lock: async (id) => {
      await lockRow(db, "deviceSignIns", "state", id);
    },
    notePoll: (id, poll) => execute(db.updateTable("deviceSignIns").set(poll).where("id", "=", id)),
    decide: (id, decision) =>
      changesRow(db.updateTable("deviceSignIns").set(decision).where("id", "=", id).where("state", "=", "open")),
    denyApproved: (userId) =>
      execute(
        db
          .updateTable("deviceSignIns")
          .set({ state: "denied" })
          .where("userId", "=", userId)
          .where("state", "=", "approved"),
      ),
    spend: (id, spent) =>
      changesRow(
        db
          .updateTable("deviceSignIns")
          .set({ ...spent, state: "spent" })
          .where("id", "=", id)
          .where("state", "=", "approved"),
      ),
    deleteExpired: (now, limit) =>
      deleteSome(db, { from: "deviceSignIns", key: "id", where: ["expiresOn", "<=", now] }, limit),
  };
}
