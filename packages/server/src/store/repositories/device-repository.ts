import { type Kysely, sql } from "kysely";
import type { DeviceSignInRepository, DeviceTokenRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";
import {
  changesRow,
  countChanges,
  deleteSome,
  execute,
  findFirst,
  lockRow,
  remove,
  select,
  update,
} from "./statements.ts";

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
    findByDeviceCode: (digest) => findFirst(select(db, "deviceSignIns", { deviceDigest: digest })),
    findByUserCode: (digests) =>
      findFirst(db.selectFrom("deviceSignIns").selectAll().where("userDigest", "in", digests)),
    lock: (id) => lockRow(db, "deviceSignIns", "state", id),
    notePoll: (id, poll) => execute(update(db, "deviceSignIns", { id }, poll)),
    decide: (id, decision) => changesRow(update(db, "deviceSignIns", { id, state: "open" }, decision)),
    denyApproved: (userId) => execute(update(db, "deviceSignIns", { userId, state: "approved" }, { state: "denied" })),
    spend: (id, spent) =>
      changesRow(update(db, "deviceSignIns", { id, state: "approved" }, { ...spent, state: "spent" })),
    deleteExpired: (now, limit) => deleteSome(db, "deviceSignIns", "id", ["expiresOn", "<=", now], limit),
  };
}

/** Device tokens over Kysely. */
export function createDeviceTokenRepository(db: Kysely<Tables>): DeviceTokenRepository {
  return {
    find: (digests, now) =>
      findFirst(
        db
          .selectFrom("deviceTokens")
          .select(["id", "userId"])
          .where("digest", "in", digests)
          .where("expiresOn", ">", now),
      ),
    insert: (device) => execute(db.insertInto("deviceTokens").values({ ...device, lastUsedOn: null })),
    use: (id, use) => changesRow(update(db, "deviceTokens", { id }, use)),
    deleteBeyond: async (userId, { max, exceptId, now }) => {
      // Remove devices that were never used again first, and of those the ones whose session has ended. A pipeline that
      // signs in for each run must not remove the devices of users.
      const devices = await db
        .selectFrom("deviceTokens")
        .leftJoin("sessions", (join) =>
          join
            .onRef("sessions.id", "=", "deviceTokens.sessionId")
            .on("sessions.revokedOn", "is", null)
            .on("sessions.expiresOn", ">", now),
        )
        .select("deviceTokens.id")
        .where("deviceTokens.userId", "=", userId)
        .where("deviceTokens.id", "!=", exceptId)
        .orderBy(sql`case when device_tokens.last_used_on is null then 1 else 0 end`)
        .orderBy(sql`case when device_tokens.last_used_on is null and sessions.id is null then 1 else 0 end`)
        .orderBy(sql`coalesce(device_tokens.last_used_on, device_tokens.created_on)`, "desc")
        .orderBy("deviceTokens.id")
        .execute();
      const ids = devices.slice(max - 1).map(({ id }) => id);
      if (ids.length > 0) await db.deleteFrom("deviceTokens").where("id", "in", ids).execute();
    },
    deleteOfUser: (userId, exceptSessionId = null) =>
      countChanges(
        remove(db, "deviceTokens", { userId }).$if(exceptSessionId !== null, (query) =>
          query.where("sessionId", "!=", exceptSessionId ?? ""),
        ),
      ),
    deleteExpired: (now, limit) => deleteSome(db, "deviceTokens", "id", ["expiresOn", "<=", now], limit),
  };
}
