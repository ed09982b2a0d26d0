import { type Kysely, sql } from "kysely";
import type { SessionRepository } from "../ports/sessions.ts";
import type { Tables } from "../tables.ts";
import { changesRow, countChanges, deleteSome, execute, findFirst, lockRow, select, update } from "./statements.ts";
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
    insertSession: (session) => execute(db.insertInto("sessions").values(session)),
    findContext: async (sessionId) => {
      const session = await select(db, "sessions", { id: sessionId }).executeTakeFirst();
      if (session === undefined) return null;
      const user = await select(db, "users", { id: session.userId }).executeTakeFirst();
      if (user === undefined) return null;
      const memberships = await users.listMemberships(session.userId);
      return { session, user: toUserRecord(user), memberships };
    },
    lockSession: (sessionId) => lockRow(db, "sessions", "revokedOn", sessionId),
    setCompany: (sessionId, companyId) =>
      changesRow(update(db, "sessions", { id: sessionId, revokedOn: null }, { companyId })),
    listLive: async (userId, { now, after, limit }) => {
      // This is the expression of the index, which has the order of the list.
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
        // SQLite narrows an index on an expression only by one value, not by a pair.
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
    extendSession: (sessionId, use) => execute(update(db, "sessions", { id: sessionId }, use)),
    revokeSession: (sessionId, revokedOn) =>
      changesRow(update(db, "sessions", { id: sessionId, revokedOn: null }, { revokedOn })),
    revokeOtherSessions: async (userId, exceptSessionId, revokedOn) => {
      const revoke = update(db, "sessions", { userId, revokedOn: null }, { revokedOn }).$if(
        exceptSessionId !== null,
        (query) => query.where("id", "!=", exceptSessionId ?? ""),
      );
      const ended = await countChanges(revoke.where("expiresOn", ">", revokedOn));
      // Expired sessions end too, because the clock may be set back.
      await execute(revoke);
      return ended;
    },
    revokeSessionsFor: (userId, companyId, revokedOn) =>
      countChanges(
        update(db, "sessions", { userId, companyId, revokedOn: null }, { revokedOn }).where(
          ({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom("externalSessions")
                  .select("externalId")
                  .whereRef("externalSessions.sessionId", "=", "sessions.id"),
              ),
            ),
        ),
      ),
    findRefreshToken: (digest) =>
      findFirst(db.selectFrom("refreshTokens").select(["sessionId", "usedOn"]).where("digest", "=", digest)),
    insertRefreshToken: (token) => execute(db.insertInto("refreshTokens").values({ ...token, usedOn: null })),
    useAllRefreshTokens: (sessionId, usedOn) =>
      execute(update(db, "refreshTokens", { sessionId, usedOn: null }, { usedOn })),
    deleteUsedRefreshTokens: (usedBefore, limit) =>
      deleteSome(db, "refreshTokens", "digest", ["usedOn", "<", usedBefore], limit),
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
    useRefreshToken: (digest, usedOn) => changesRow(update(db, "refreshTokens", { digest, usedOn: null }, { usedOn })),
  };
}
