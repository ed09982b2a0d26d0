import type { Kysely, Selectable } from "kysely";
import type { SessionRecord } from "../records.ts";
import type { SessionRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { createUserRepository, toUserRecord } from "./user-repository.ts";

function toSessionRecord(row: Selectable<Tables["sessions"]>): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    companyId: row.company_id,
    expiresOn: row.expires_on,
    revokedOn: row.revoked_on,
  };
}

/** Sessions and refresh tokens over Kysely. */
export function createSessionRepository(db: Kysely<Tables>): SessionRepository {
  const users = createUserRepository(db);
  return {
    insertSession: async (session) => {
      await db
        .insertInto("sessions")
        .values({
          id: session.id,
          user_id: session.userId,
          company_id: session.companyId,
          created_on: session.createdOn,
          expires_on: session.expiresOn,
          revoked_on: session.revokedOn,
        })
        .execute();
    },
    findContext: async (sessionId) => {
      const session = await db.selectFrom("sessions").selectAll().where("id", "=", sessionId).executeTakeFirst();
      if (session === undefined) return null;
      const user = await db.selectFrom("users").selectAll().where("id", "=", session.user_id).executeTakeFirst();
      if (user === undefined) return null;
      const memberships = await users.listMemberships(session.user_id);
      return { session: toSessionRecord(session), user: toUserRecord(user), memberships };
    },
    lockSession: async (sessionId) => {
      await db
        .updateTable("sessions")
        .set((eb) => ({ revoked_on: eb.ref("revoked_on") }))
        .where("id", "=", sessionId)
        .execute();
    },
    setCompany: async (sessionId, companyId) => {
      const result = await db
        .updateTable("sessions")
        .set({ company_id: companyId })
        .where("id", "=", sessionId)
        .where("revoked_on", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    extendSession: async (sessionId, expiresOn) => {
      await db.updateTable("sessions").set({ expires_on: expiresOn }).where("id", "=", sessionId).execute();
    },
    revokeSession: async (sessionId, revokedOn) => {
      const result = await db
        .updateTable("sessions")
        .set({ revoked_on: revokedOn })
        .where("id", "=", sessionId)
        .where("revoked_on", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    revokeOtherSessions: async (userId, exceptSessionId, revokedOn) => {
      const result = await db
        .updateTable("sessions")
        .set({ revoked_on: revokedOn })
        .where("user_id", "=", userId)
        .where("revoked_on", "is", null)
        .$if(exceptSessionId !== null, (query) => query.where("id", "!=", exceptSessionId ?? ""))
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    revokeSessionsFor: async (userId, companyId, revokedOn) => {
      const result = await db
        .updateTable("sessions")
        .set({ revoked_on: revokedOn })
        .where("user_id", "=", userId)
        .where("company_id", "=", companyId)
        .where("revoked_on", "is", null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom("external_sessions")
                .select("external_id")
                .whereRef("external_sessions.session_id", "=", "sessions.id"),
            ),
          ),
        )
        .executeTakeFirst();
      return Number(result.numUpdatedRows);
    },
    findRefreshToken: async (digest) => {
      const row = await db
        .selectFrom("refresh_tokens")
        .select(["session_id", "used_on"])
        .where("digest", "=", digest)
        .executeTakeFirst();
      return row === undefined ? null : { sessionId: row.session_id, usedOn: row.used_on };
    },
    insertRefreshToken: async (token) => {
      await db
        .insertInto("refresh_tokens")
        .values({ digest: token.digest, session_id: token.sessionId, created_on: token.createdOn, used_on: null })
        .execute();
    },
    useAllRefreshTokens: async (sessionId, usedOn) => {
      await db
        .updateTable("refresh_tokens")
        .set({ used_on: usedOn })
        .where("session_id", "=", sessionId)
        .where("used_on", "is", null)
        .execute();
    },
    deleteUsedRefreshTokens: async (usedBefore, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("refresh_tokens")
        .where("digest", "in", (eb) =>
          eb.selectFrom("refresh_tokens").select("digest").where("used_on", "<", usedBefore).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    deleteEndedSessions: async (endedBefore, limit) => {
      const ended = await db
        .selectFrom("sessions")
        .select("id")
        .where((eb) => eb.or([eb("expires_on", "<", endedBefore), eb("revoked_on", "<", endedBefore)]))
        .limit(limit)
        .execute();
      if (ended.length === 0) return 0;
      const ids = ended.map(({ id }) => id);
      await db.deleteFrom("refresh_tokens").where("session_id", "in", ids).execute();
      await db.deleteFrom("browser_sessions").where("session_id", "in", ids).execute();
      await db.updateTable("external_sessions").set({ session_id: null }).where("session_id", "in", ids).execute();
      await db.deleteFrom("sessions").where("id", "in", ids).execute();
      return ended.length;
    },
    useRefreshToken: async (digest, usedOn) => {
      const result = await db
        .updateTable("refresh_tokens")
        .set({ used_on: usedOn })
        .where("digest", "=", digest)
        .where("used_on", "is", null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}
