import type { Kysely } from "kysely";
import type { IdentityRepository } from "../ports/users.ts";
import type { Tables } from "../tables.ts";
import { toUserRecord } from "./user-repository.ts";

const identityColumns = ["provider", "subject", "linkedOn", "email", "emailToldOn"] as const;

/** Identities, external sessions and browsers over Kysely. */
export function createIdentityRepository(db: Kysely<Tables>): IdentityRepository {
  return {
    findUser: async (provider, subject) => {
      const row = await db
        .selectFrom("userIdentities")
        .innerJoin("users", "users.id", "userIdentities.userId")
        .selectAll("users")
        .where("userIdentities.provider", "=", provider)
        .where("userIdentities.subject", "=", subject)
        .executeTakeFirst();
      return row === undefined ? null : toUserRecord(row);
    },
    link: async (identity) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("userIdentities")
        .values({ ...identity, email: null, emailToldOn: null })
        .onConflict((oc) => oc.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    findIdentity: async (provider, userId) => {
      const row = await db
        .selectFrom("userIdentities")
        .select(identityColumns)
        .where("provider", "=", provider)
        .where("userId", "=", userId)
        .executeTakeFirst();
      return row ?? null;
    },
    listIdentities: (userId) =>
      db
        .selectFrom("userIdentities")
        .select(identityColumns)
        .where("userId", "=", userId)
        .orderBy("provider")
        .execute(),
    noteEmail: async ({ provider, subject, email, toldOn }) => {
      const { numUpdatedRows } = await db
        .updateTable("userIdentities")
        .set({ email, emailToldOn: toldOn })
        .where("provider", "=", provider)
        .where("subject", "=", subject)
        .where((eb) => eb.or([eb("emailToldOn", "is", null), eb("emailToldOn", "<", toldOn)]))
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    unlink: async (userId) => {
      const { numDeletedRows } = await db
        .deleteFrom("userIdentities")
        .where("userId", "=", userId)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    findExternalSession: async (provider, externalId) => {
      const row = await db
        .selectFrom("externalSessions")
        .leftJoin("userIdentities", (join) =>
          join
            .onRef("userIdentities.provider", "=", "externalSessions.provider")
            .onRef("userIdentities.subject", "=", "externalSessions.subject"),
        )
        .selectAll("externalSessions")
        .select(["userIdentities.email", "userIdentities.emailToldOn"])
        .where("externalSessions.provider", "=", provider)
        .where("externalSessions.externalId", "=", externalId)
        .executeTakeFirst();
      return row === undefined ? null : { ...row, needsSecondFactor: row.needsSecondFactor === 1 };
    },
    insertExternalSession: async (session) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("externalSessions")
        .values({ ...session, needsSecondFactor: session.needsSecondFactor ? 1 : 0 })
        .onConflict((oc) => oc.columns(["provider", "externalId"]).doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    insertBrowserSession: async (browser) => {
      await db.insertInto("browserSessions").values(browser).execute();
    },
    replaceBrowserDigest: async (sessionId, digest) => {
      await db.updateTable("browserSessions").set({ digest }).where("sessionId", "=", sessionId).execute();
    },
    isBrowserSession: async (sessionId) => {
      const row = await db
        .selectFrom("browserSessions")
        .select("sessionId")
        .where("sessionId", "=", sessionId)
        .executeTakeFirst();
      return row !== undefined;
    },
    findBrowserSession: async (digests) => {
      const row = await db
        .selectFrom("browserSessions")
        .select("sessionId")
        .where("digest", "in", digests)
        .executeTakeFirst();
      return row?.sessionId ?? null;
    },
    spendSignIn: async (digest, expiresOn) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("spentSignIns")
        .values({ digest, expiresOn })
        .onConflict((oc) => oc.column("digest").doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    deleteSpentSignIns: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("spentSignIns")
        .where("digest", "in", (eb) =>
          eb.selectFrom("spentSignIns").select("digest").where("expiresOn", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
