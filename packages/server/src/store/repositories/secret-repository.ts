import type { ExpressionBuilder, Kysely } from "kysely";
import type { SecretRepository } from "../ports/keys.ts";
import type { Tables } from "../tables.ts";
import { readLiveSecrets, toSecretRecord } from "./live-secrets.ts";
import { readLastUsed } from "./secret-uses.ts";

/** A pending secret that was used does not expire (`domain/rotations/secret-lifetime.ts`). */
function isNotKeptByUse(eb: ExpressionBuilder<Tables, "keySecrets">) {
  return eb.or([eb("keySecrets.state", "=", "retiring"), eb("keySecrets.firstUsedOn", "is", null)]);
}

/** The working secrets of keys, over Kysely. */
export function createSecretRepository(db: Kysely<Tables>): SecretRepository {
  return {
    insert: async (secret) => {
      await db
        .insertInto("keySecrets")
        .values({ ...secret, firstUsedOn: null })
        .execute();
    },
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
    endOthers: async (keyId, exceptId) => {
      await db
        .deleteFrom("keySecrets")
        .where("keyId", "=", keyId)
        .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? ""))
        .execute();
    },
    retireOthers: async (keyId, exceptId, until, now) => {
      await db
        .updateTable("keySecrets")
        .set({ state: "retiring", expiresOn: until })
        .where("keyId", "=", keyId)
        .where((eb) => eb.or([eb("state", "!=", "retiring"), eb("expiresOn", ">", until)]))
        .where((eb) => eb.or([eb("expiresOn", "is", null), eb("expiresOn", ">", now), eb.not(isNotKeptByUse(eb))]))
        .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? ""))
        .execute();
    },
    shortenRetiring: async (keyId, until) => {
      if (until === null) {
        const { numDeletedRows } = await db
          .deleteFrom("keySecrets")
          .where("keyId", "=", keyId)
          .where("state", "=", "retiring")
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }
      const { numUpdatedRows } = await db
        .updateTable("keySecrets")
        .set({ expiresOn: until })
        .where("keyId", "=", keyId)
        .where("state", "=", "retiring")
        .where("expiresOn", ">", until)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
    promote: async (keyId, secretId) => {
      await db
        .updateTable("keySecrets")
        .set({ state: "current", expiresOn: null })
        .where("keyId", "=", keyId)
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .execute();
    },
    handOut: async (secretId) => {
      await db
        .updateTable("keySecrets")
        .set({ expiresOn: null })
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .execute();
    },
    endPending: async (keyId, secretId, isForced) => {
      const { numDeletedRows } = await db
        .deleteFrom("keySecrets")
        .where("keyId", "=", keyId)
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .$if(!isForced, (query) => query.where("firstUsedOn", "is", null).where("expiresOn", "is not", null))
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
    markFirstUse: async (secretId, usedOn) => {
      const { numUpdatedRows } = await db
        .updateTable("keySecrets")
        .set({ firstUsedOn: usedOn })
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .where("firstUsedOn", "is", null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
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
    deleteEnded: async (secretId, now) => {
      const { numDeletedRows } = await db
        .deleteFrom("keySecrets")
        .where("id", "=", secretId)
        .where("expiresOn", "<=", now)
        .where(isNotKeptByUse)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
  };
}
