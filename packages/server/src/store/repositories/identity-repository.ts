import type { Kysely } from "kysely";
import type { SecondFactorRepository } from "../ports/sessions.ts";
import type { IdentityRepository } from "../ports/users.ts";
import type { Tables } from "../tables.ts";
import {
  changesRow,
  countChanges,
  deleteSome,
  execute,
  findFirst,
  findRecord,
  insertOnce,
  isFound,
  remove,
  update,
} from "./statements.ts";
import { toUserRecord } from "./user-repository.ts";

const identityColumns = ["provider", "subject", "linkedOn", "email", "emailToldOn"] as const;

/** Identities, external sessions and browsers over Kysely. */
export function createIdentityRepository(db: Kysely<Tables>): IdentityRepository {
  return {
    findUser: (provider, subject) =>
      findRecord(
        db
          .selectFrom("userIdentities")
          .innerJoin("users", "users.id", "userIdentities.userId")
          .selectAll("users")
          .where("userIdentities.provider", "=", provider)
          .where("userIdentities.subject", "=", subject),
        toUserRecord,
      ),
    link: (identity) => changesRow(insertOnce(db, "userIdentities", { ...identity, email: null, emailToldOn: null })),
    findIdentity: (provider, userId) =>
      findFirst(
        db
          .selectFrom("userIdentities")
          .select(identityColumns)
          .where("provider", "=", provider)
          .where("userId", "=", userId),
      ),
    listIdentities: (userId) =>
      db
        .selectFrom("userIdentities")
        .select(identityColumns)
        .where("userId", "=", userId)
        .orderBy("provider")
        .execute(),
    noteEmail: ({ provider, subject, email, toldOn }) =>
      changesRow(
        update(db, "userIdentities", { provider, subject }, { email, emailToldOn: toldOn }).where((eb) =>
          eb.or([eb("emailToldOn", "is", null), eb("emailToldOn", "<", toldOn)]),
        ),
      ),
    unlink: (userId) => countChanges(remove(db, "userIdentities", { userId })),
    findExternalSession: (provider, externalId) =>
      findRecord(
        db
          .selectFrom("externalSessions")
          .leftJoin("userIdentities", (join) =>
            join
              .onRef("userIdentities.provider", "=", "externalSessions.provider")
              .onRef("userIdentities.subject", "=", "externalSessions.subject"),
          )
          .selectAll("externalSessions")
          .select(["userIdentities.email", "userIdentities.emailToldOn"])
          .where("externalSessions.provider", "=", provider)
          .where("externalSessions.externalId", "=", externalId),
        (row) => ({ ...row, needsSecondFactor: row.needsSecondFactor === 1 }),
      ),
    insertExternalSession: (session) =>
      changesRow(
        insertOnce(db, "externalSessions", { ...session, needsSecondFactor: session.needsSecondFactor ? 1 : 0 }),
      ),
    insertBrowserSession: (browser) => execute(db.insertInto("browserSessions").values(browser)),
    replaceBrowserDigest: (sessionId, digest) => execute(update(db, "browserSessions", { sessionId }, { digest })),
    isBrowserSession: (sessionId) =>
      isFound(db.selectFrom("browserSessions").select("sessionId").where("sessionId", "=", sessionId)),
    findBrowserSession: async (digests) => {
      const row = await db
        .selectFrom("browserSessions")
        .select("sessionId")
        .where("digest", "in", digests)
        .executeTakeFirst();
      return row?.sessionId ?? null;
    },
    spendSignIn: (digest, expiresOn) => changesRow(insertOnce(db, "spentSignIns", { digest, expiresOn })),
    deleteSpentSignIns: (now, limit) => deleteSome(db, "spentSignIns", "digest", ["expiresOn", "<=", now], limit),
  };
}

/** Sign-ins that wait for the second factor, over Kysely. */
export function createSecondFactorRepository(db: Kysely<Tables>): SecondFactorRepository {
  return {
    insert: (signIn) => execute(db.insertInto("secondFactorSignIns").values({ ...signIn, wrongCodes: 0 })),
    find: (digests) => findFirst(db.selectFrom("secondFactorSignIns").selectAll().where("digest", "in", digests)),
    reseal: (id, sealed) => execute(update(db, "secondFactorSignIns", { id }, { sealed })),
    countWrongCode: async (id) => {
      const row = await db
        .updateTable("secondFactorSignIns")
        .set((eb) => ({ wrongCodes: eb("wrongCodes", "+", 1) }))
        .where("id", "=", id)
        .returning("wrongCodes")
        .executeTakeFirst();
      return row?.wrongCodes ?? null;
    },
    finish: (id, now) => changesRow(remove(db, "secondFactorSignIns", { id }).where("expiresOn", ">", now)),
    expire: (which, now) =>
      execute(
        db
          .updateTable("secondFactorSignIns")
          .set({ expiresOn: now })
          .where("id" in which ? "id" : "userId", "=", "id" in which ? which.id : which.userId)
          .where("expiresOn", ">", now),
      ),
    listExpired: (now, limit) =>
      db
        .selectFrom("secondFactorSignIns")
        .selectAll()
        .where("expiresOn", "<=", now)
        .orderBy("expiresOn")
        .limit(limit)
        .execute(),
    remove: (id) => changesRow(remove(db, "secondFactorSignIns", { id })),
  };
}
