import type { Kysely, Selectable } from "kysely";
import type { IdentityRecord } from "../records.ts";
import type { IdentityRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { toUserRecord } from "./user-repository.ts";

function toIdentityRecord(row: Selectable<Tables["user_identities"]>): IdentityRecord {
  return {
    provider: row.provider,
    subject: row.subject,
    linkedOn: row.linked_on,
    email: row.email,
    emailToldOn: row.email_told_on,
  };
}

/** Identities, external sessions and browsers over Kysely. */
export function createIdentityRepository(db: Kysely<Tables>): IdentityRepository {
  return {
    findUser: async (provider, subject) => {
      const row = await db
        .selectFrom("user_identities")
        .innerJoin("users", "users.id", "user_identities.user_id")
        .selectAll("users")
        .where("user_identities.provider", "=", provider)
        .where("user_identities.subject", "=", subject)
        .executeTakeFirst();
      return row === undefined ? null : toUserRecord(row);
    },
    link: async (identity) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("user_identities")
        .values({
          provider: identity.provider,
          subject: identity.subject,
          user_id: identity.userId,
          linked_on: identity.linkedOn,
          email: null,
          email_told_on: null,
        })
        .onConflict((oc) => oc.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    findIdentity: async (provider, userId) => {
      const row = await db
        .selectFrom("user_identities")
        .selectAll()
        .where("provider", "=", provider)
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row === undefined ? null : toIdentityRecord(row);
    },
    listIdentities: async (userId) => {
      const rows = await db
        .selectFrom("user_identities")
        .selectAll()
        .where("user_id", "=", userId)
        .orderBy("provider")
        .execute();
      return rows.map(toIdentityRecord);
    },
    noteEmail: async ({ provider, subject, email, toldOn }) => {
      const { numUpdatedRows } = await db
        .updateTable("user_identities")
        .set({ email, email_told_on: toldOn })
        .where("provider", "=", provider)
        .where("subject", "=", subject)
        .where((eb) => eb.or([eb("email_told_on", "is", null), eb("email_told_on", "<", toldOn)]))
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    unlink: async (userId) => {
      const { numDeletedRows } = await db
        .deleteFrom("user_identities")
        .where("user_id", "=", userId)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    findExternalSession: async (provider, externalId) => {
      const row = await db
        .selectFrom("external_sessions")
        .leftJoin("user_identities", (join) =>
          join
            .onRef("user_identities.provider", "=", "external_sessions.provider")
            .onRef("user_identities.subject", "=", "external_sessions.subject"),
        )
        .selectAll("external_sessions")
        .select(["user_identities.email", "user_identities.email_told_on"])
        .where("external_sessions.provider", "=", provider)
        .where("external_sessions.external_id", "=", externalId)
        .executeTakeFirst();
      if (row === undefined) return null;
      return {
        provider,
        externalId,
        subject: row.subject,
        needsSecondFactor: row.needs_second_factor === 1,
        sessionId: row.session_id,
        email: row.email,
        emailToldOn: row.email_told_on,
      };
    },
    insertExternalSession: async (session) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("external_sessions")
        .values({
          provider: session.provider,
          external_id: session.externalId,
          subject: session.subject,
          needs_second_factor: session.needsSecondFactor ? 1 : 0,
          session_id: session.sessionId,
        })
        .onConflict((oc) => oc.columns(["provider", "external_id"]).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    insertBrowserSession: async ({ digest, sessionId }) => {
      await db.insertInto("browser_sessions").values({ digest, session_id: sessionId }).execute();
    },
    findBrowserSession: async (digests) => {
      const row = await db
        .selectFrom("browser_sessions")
        .select("session_id")
        .where("digest", "in", digests)
        .executeTakeFirst();
      return row?.session_id ?? null;
    },
    spendSignIn: async (digest, expiresOn) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("spent_sign_ins")
        .values({ digest, expires_on: expiresOn })
        .onConflict((oc) => oc.column("digest").doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    deleteSpentSignIns: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("spent_sign_ins")
        .where("digest", "in", (eb) =>
          eb.selectFrom("spent_sign_ins").select("digest").where("expires_on", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
