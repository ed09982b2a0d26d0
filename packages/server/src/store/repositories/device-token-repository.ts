import { type Kysely, sql } from "kysely";
import type { DeviceTokenRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

/** Device tokens over Kysely. */
export function createDeviceTokenRepository(db: Kysely<Tables>): DeviceTokenRepository {
  return {
    find: async (digests, now) => {
      const row = await db
        .selectFrom("device_tokens")
        .select(["id", "user_id"])
        .where("digest", "in", digests)
        .where("expires_on", ">", now)
        .executeTakeFirst();
      return row === undefined ? null : { id: row.id, userId: row.user_id };
    },
    insert: async (device) => {
      await db
        .insertInto("device_tokens")
        .values({
          id: device.id,
          digest: device.digest,
          user_id: device.userId,
          session_id: device.sessionId,
          created_on: device.createdOn,
          last_used_on: null,
          expires_on: device.expiresOn,
        })
        .execute();
    },
    use: async (id, { digest, sessionId, lastUsedOn, expiresOn }) => {
      const result = await db
        .updateTable("device_tokens")
        .set({ digest, session_id: sessionId, last_used_on: lastUsedOn, expires_on: expiresOn })
        .where("id", "=", id)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    deleteBeyond: async (userId, { max, exceptId, now }) => {
      // Remove devices that were never used again first, and of those the ones whose session has ended. A pipeline that
      // signs in for each run must not remove the devices of users.
      const devices = await db
        .selectFrom("device_tokens")
        .leftJoin("sessions", (join) =>
          join
            .onRef("sessions.id", "=", "device_tokens.session_id")
            .on("sessions.revoked_on", "is", null)
            .on("sessions.expires_on", ">", now),
        )
        .select("device_tokens.id")
        .where("device_tokens.user_id", "=", userId)
        .where("device_tokens.id", "!=", exceptId)
        .orderBy(sql`case when device_tokens.last_used_on is null then 1 else 0 end`)
        .orderBy(sql`case when device_tokens.last_used_on is null and sessions.id is null then 1 else 0 end`)
        .orderBy(sql`coalesce(device_tokens.last_used_on, device_tokens.created_on)`, "desc")
        .orderBy("device_tokens.id")
        .execute();
      const ids = devices.slice(max - 1).map(({ id }) => id);
      if (ids.length > 0) await db.deleteFrom("device_tokens").where("id", "in", ids).execute();
    },
    deleteOfUser: async (userId, exceptSessionId = null) => {
      const result = await db
        .deleteFrom("device_tokens")
        .where("user_id", "=", userId)
        .$if(exceptSessionId !== null, (query) => query.where("session_id", "!=", exceptSessionId ?? ""))
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("device_tokens")
        .where("id", "in", (eb) =>
          eb.selectFrom("device_tokens").select("id").where("expires_on", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
