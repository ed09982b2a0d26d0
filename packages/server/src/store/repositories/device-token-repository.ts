import { type Kysely, sql } from "kysely";
import type { DeviceTokenRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";

/** Device tokens over Kysely. */
export function createDeviceTokenRepository(db: Kysely<Tables>): DeviceTokenRepository {
  return {
    find: async (digests, now) => {
      const row = await db
        .selectFrom("deviceTokens")
        .select(["id", "userId"])
        .where("digest", "in", digests)
        .where("expiresOn", ">", now)
        .executeTakeFirst();
      return row ?? null;
    },
    insert: async (device) => {
      await db
        .insertInto("deviceTokens")
        .values({ ...device, lastUsedOn: null })
        .execute();
    },
    use: async (id, use) => {
      const result = await db.updateTable("deviceTokens").set(use).where("id", "=", id).executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
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
    deleteOfUser: async (userId, exceptSessionId = null) => {
      const result = await db
        .deleteFrom("deviceTokens")
        .where("userId", "=", userId)
        .$if(exceptSessionId !== null, (query) => query.where("sessionId", "!=", exceptSessionId ?? ""))
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("deviceTokens")
        .where("id", "in", (eb) =>
          eb.selectFrom("deviceTokens").select("id").where("expiresOn", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
