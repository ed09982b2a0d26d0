import type { ExpressionBuilder, Kysely } from "kysely";
import type { SecretRepository } from "../ports/keys.ts";
import type { Tables } from "../tables.ts";
import { readLastUsed, readLiveSecrets, toSecretRecord } from "./live-secrets.ts";
import { changesRow, countChanges, execute } from "./statements.ts";

/** A pending secret that was used does not expire (`domain/rotations/secret-lifetime.ts`). */
function isNotKeptByUse(eb: ExpressionBuilder<Tables, "keySecrets">) {
  return eb.or([eb("keySecrets.state", "=", "retiring"), eb("keySecrets.firstUsedOn", "is", null)]);
}

/** The working secrets of keys, over Kysely. */
export function createSecretRepository(db: Kysely<Tables>): SecretRepository {
  return {
    insert: (secret) => execute(db.insertInto("keySecrets").values({ ...secret, firstUsedOn: null })),
    list: async (keyId) => readLiveSecrets(db, [keyId], await readLastUsed(db, [keyId])),
    countByPepper: async (now) => {
      const ofTokens = db
        .selectFrom("automationTokenSecrets as secret")
        .innerJoin("automationTokens as token", "token.id", "secret.tokenId")
        .select("secret.pepperVersion")
        .where("token.revokedOn", "is", null)
        .where("secret.expiresAt", ">", now);
      const rows = await db
        .selectFrom(db.selectFrom("keySecrets").select("pepperVersion").unionAll(ofTokens).as("secrets"))
        .select((eb) => ["pepperVersion", eb.fn.countAll<number>().as("secrets")])
        .groupBy("pepperVersion")
        .execute();
      return rows.map((row) => ({ ...row, secrets: Number(row.secrets) }));
    },
    endOthers: (keyId, exceptId) =>
      execute(
        db
          .deleteFrom("keySecrets")
          .where("keyId", "=", keyId)
          .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? "")),
      ),
    retireOthers: (keyId, exceptId, until, now) =>
      execute(
        db
          .updateTable("keySecrets")
          .set({ state: "retiring", expiresOn: until })
          .where("keyId", "=", keyId)
          .where((eb) => eb.or([eb("state", "!=", "retiring"), eb("expiresOn", ">", until)]))
          .where((eb) => eb.or([eb("expiresOn", "is", null), eb("expiresOn", ">", now), eb.not(isNotKeptByUse(eb))]))
          .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? "")),
      ),
    shortenRetiring: (keyId, until) => {
      if (until === null)
        return countChanges(db.deleteFrom("keySecrets").where("keyId", "=", keyId).where("state", "=", "retiring"));
      return countChanges(
        db
          .updateTable("keySecrets")
          .set({ expiresOn: until })
          .where("keyId", "=", keyId)
          .where("state", "=", "retiring")
          .where("expiresOn", ">", until),
      );
    },
    promote: (keyId, secretId) =>
      execute(
        db
          .updateTable("keySecrets")
          .set({ state: "current", expiresOn: null })
          .where("keyId", "=", keyId)
          .where("id", "=", secretId)
          .where("state", "=", "pending"),
      ),
    handOut: (secretId) =>
      execute(
        db.updateTable("keySecrets").set({ expiresOn: null }).where("id", "=", secretId).where("state", "=", "pending"),
      ),
    endPending: (keyId, secretId, isForced) =>
      changesRow(
        db
          .deleteFrom("keySecrets")
          .where("keyId", "=", keyId)
          .where("id", "=", secretId)
          .where("state", "=", "pending")
          .$if(!isForced, (query) => query.where("firstUsedOn", "is", null).where("expiresOn", "is not", null)),
      ),
    markFirstUse: (secretId, usedOn) =>
      changesRow(
        db
          .updateTable("keySecrets")
          .set({ firstUsedOn: usedOn })
          .where("id", "=", secretId)
          .where("state", "=", "pending")
          .where("firstUsedOn", "is", null),
      ),
    canReplay: async (secretId, now) => {
      const row = await db
        .selectFrom("keySecrets")
        .select("id")
        .where("id", "=", secretId)
        .where("state", "in", ["current", "pending"])
        .where((eb) =>
          eb.or([eb("expiresOn", "is", null), eb("expiresOn", ">", now), eb("firstUsedOn", "is not", null)]),
        )
        .executeTakeFirst();
      return row !== undefined;
    },
    listEnded: async (now, limit) => {
      const rows = await db
        .selectFrom("keySecrets")
        .innerJoin("apiKeys", "apiKeys.id", "keySecrets.keyId")
        .selectAll("keySecrets")
        .select("apiKeys.companyId")
        .where("keySecrets.expiresOn", "<=", now)
        .where(isNotKeptByUse)
        .orderBy("keySecrets.expiresOn")
        .limit(limit)
        .execute();
      const uses = await readLastUsed(
        db,
        rows.map((row) => row.keyId),
      );
      return rows.map(({ companyId, ...row }) => ({ secret: toSecretRecord(row, uses), companyId }));
    },
    deleteEnded: (secretId, now) =>
      changesRow(
        db.deleteFrom("keySecrets").where("id", "=", secretId).where("expiresOn", "<=", now).where(isNotKeptByUse),
      ),
  };
}
