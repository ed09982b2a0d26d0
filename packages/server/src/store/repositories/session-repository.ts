import { type Kysely, sql } from "kysely";
import type { SessionRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";
import { createUserRepository, toUserRecord } from "./user-repository.ts";

const listedColumns = [
  "sessions.id",
  "sessions.openedWith",
  "sessions.hostName",
  "sessions.client",
  "sessions.ip",
  "sessions.createdOn",
  "sessions.lastUsedOn",
  "sessions.expiresOn",
] as const;

/** Sessions and refresh tokens over Kysely. */
export function createSessionRepository(db: Kysely<Tables>): SessionRepository {
  const users = createUserRepository(db);
  return {
    insertSession: async (session) => {
      await db.insertInto("sessions").values(session).execute();
    },
    findContext: async (sessionId) => {
      const session = await db.selectFrom("sessions").selectAll().where("id", "=", sessionId).executeTakeFirst();
      if (session === undefined) return null;
      const user = await db.selectFrom("users").selectAll().where("id", "=", session.userId).executeTakeFirst();
      if (user === undefined) return null;
      const memberships = await users.listMemberships(session.userId);
      return { session, user: toUserRecord(user), memberships };
    },
    lockSession: async (sessionId) => {
      await db
        .updateTable("sessions")
        .set((eb) => ({ revokedOn: eb.ref("revokedOn") }))
        .where("id", "=", sessionId)
        .execute();
    },
    setCompany: async (sessionId, companyId) => {
      const result = await db
        .updateTable("sessions")
        .set({ companyId })
        .where("id", "=", sessionId)
        .where("revokedOn", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    listLive: async (userId, { now, after, limit }) => {
      // The expression of the index, which has the order of the list.
      const orderedBy = sql<string>`coalesce(${sql.ref("sessions.lastUsedOn")}, ${sql.ref("sessions.createdOn")})`;
      let query = db
        .selectFrom("sessions")
        .leftJoin("memberships", (join) =>
          join
            .onRef("memberships.userId", "=", "sessions.userId")
            .onRef("memberships.companyId", "=", "sessions.companyId"),
        )
        .leftJoin("companies", "companies.id", "memberships.companyId")
        .select(listedColumns)
        .select(["companies.id as knownCompanyId", "companies.name as companyName", orderedBy.as("orderedBy")])
        .where("sessions.userId", "=", userId)
        .where("sessions.revokedOn", "is", null)
        .where("sessions.expiresOn", ">", now);
      if (after !== undefined) {
        // SQLite narrows an index on an expression by one value, not by a pair.
        query = query
          .where(orderedBy, "<=", after.orderedBy)
          .where((eb) =>
            eb(sql`(${orderedBy}, ${sql.ref("sessions.id")})`, "<", sql`(${after.orderedBy}, ${after.id})`),
          );
      }
      const rows = await query.orderBy(orderedBy, "desc").orderBy("sessions.id", "desc").limit(limit).execute();
      return rows.map(({ knownCompanyId: id, companyName: name, ...row }) => ({
        ...row,
        company: id === null || name === null ? null : { id, name },
      }));
    },
    extendSession: async (sessionId, use) => {
      await db.updateTable("sessions").set(use).where("id", "=", sessionId).execute();
    },
    revokeSession: async (sessionId, revokedOn) => {
      const result = await db
        .updateTable("sessions")
        .set({ revokedOn })
        .where("id", "=", sessionId)
        .where("revokedOn", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    revokeOtherSessions: async (userId, exceptSessionId, revokedOn) => {
      const revoke = db
        .updateTable("sessions")
        .set({ revokedOn })
        .where("userId", "=", userId)
        .where("revokedOn", "is", null)
        .$if(exceptSessionId !== null, (query) => query.where("id", "!=", exceptSessionId ?? ""));
      const { numUpdatedRows } = await revoke.where("expiresOn", ">", revokedOn).executeTakeFirst();
      // Expired sessions end too, because the clock may be set back.
      await revoke.execute();
      return Number(numUpdatedRows);
    },
    revokeSessionsFor: async (userId, companyId, revokedOn) => {
      const result = await db
        .updateTable("sessions")
        .set({ revokedOn })
        .where("userId", "=", userId)
        .where("companyId", "=", companyId)
        .where("revokedOn", "is", null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("externalSessions")
                .select("externalId")
                .whereRef("externalSessions.sessionId", "=", "sessions.id"),
            ),
          ),
        )
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    findRefreshToken: async (digest) => {
      const row = await db
        .selectFrom("refreshTokens")
        .select(["sessionId", "usedOn"])
        .where("digest", "=", digest)
        .executeTakeFirst();
      return row ?? null;
    },
    insertRefreshToken: async (token) => {
      await db
        .insertInto("refreshTokens")
        .values({ ...token, usedOn: null })
        .execute();
    },
    useAllRefreshTokens: async (sessionId, usedOn) => {
      await db
        .updateTable("refreshTokens")
        .set({ usedOn })
        .where("sessionId", "=", sessionId)
        .where("usedOn", "is", null)
        .execute();
    },
    deleteUsedRefreshTokens: async (usedBefore, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("refreshTokens")
        .where("digest", "in", (eb) =>
          eb.selectFrom("refreshTokens").select("digest").where("usedOn", "<", usedBefore).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    deleteEndedSessions: async (endedBefore, limit) => {
      const ended = await db
        .selectFrom("sessions")
        .select("id")
        .where((eb) => eb.or([eb("expiresOn", "<", endedBefore), eb("revokedOn", "<", endedBefore)]))
        .limit(limit)
        .execute();
      if (ended.length === 0) return 0;
      const ids = ended.map(({ id }) => id);
      await db.deleteFrom("refreshTokens").where("sessionId", "in", ids).execute();
      await db.deleteFrom("browserSessions").where("sessionId", "in", ids).execute();
      await db.updateTable("externalSessions").set({ sessionId: null }).where("sessionId", "in", ids).execute();
      await db.deleteFrom("sessions").where("id", "in", ids).execute();
      return ended.length;
    },
    useRefreshToken: async (digest, usedOn) => {
      const result = await db
        .updateTable("refreshTokens")
        .set({ usedOn })
        .where("digest", "=", digest)
        .where("usedOn", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}
