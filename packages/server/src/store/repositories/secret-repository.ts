import type { ExpressionBuilder, Kysely } from "kysely";
import type { SecretRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { readLiveSecrets, toSecretRecord } from "./live-secrets.ts";
import { readLastUsed } from "./secret-uses.ts";

/** A pending secret that was used does not expire (`domain/rotations/secret-lifetime.ts`). */
function isNotKeptByUse(eb: ExpressionBuilder<Tables, "key_secrets">) {
  return eb.or([eb("key_secrets.state", "=", "retiring"), eb("key_secrets.first_used_on", "is", null)]);
}

/** The working secrets of keys, over Kysely. */
export function createSecretRepository(db: Kysely<Tables>): SecretRepository {
  return {
    insert: async (secret) => {
      await db
        .insertInto("key_secrets")
        .values({
          digest: secret.digest,
          id: secret.id,
          key_id: secret.keyId,
          state: secret.state,
          pepper_version: secret.pepperVersion,
          created_on: secret.createdOn,
          expires_on: secret.expiresOn,
          first_used_on: null,
          created_by: secret.createdBy,
        })
        .execute();
    },
    list: async (keyId) => readLiveSecrets(db, [keyId], await readLastUsed(db, [keyId])),
    countByPepper: async () => {
      const rows = await db
        .selectFrom("key_secrets")
        .select((eb) => ["pepper_version", eb.fn.countAll<number>().as("secrets")])
        .groupBy("pepper_version")
        .execute();
      return rows.map((row) => ({ pepperVersion: row.pepper_version, secrets: Number(row.secrets) }));
    },
    endOthers: async (keyId, exceptId) => {
      await db
        .deleteFrom("key_secrets")
        .where("key_id", "=", keyId)
        .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? ""))
        .execute();
    },
    retireOthers: async (keyId, exceptId, until, now) => {
      await db
        .updateTable("key_secrets")
        .set({ state: "retiring", expires_on: until })
        .where("key_id", "=", keyId)
        .where((eb) => eb.or([eb("state", "!=", "retiring"), eb("expires_on", ">", until)]))
        .where((eb) => eb.or([eb("expires_on", "is", null), eb("expires_on", ">", now), eb.not(isNotKeptByUse(eb))]))
        .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? ""))
        .execute();
    },
    shortenRetiring: async (keyId, until) => {
      if (until === null) {
        const { numDeletedRows } = await db
          .deleteFrom("key_secrets")
          .where("key_id", "=", keyId)
          .where("state", "=", "retiring")
          .executeTakeFirstOrThrow();
        return Number(numDeletedRows);
      }
      const { numUpdatedRows } = await db
        .updateTable("key_secrets")
        .set({ expires_on: until })
        .where("key_id", "=", keyId)
        .where("state", "=", "retiring")
        .where("expires_on", ">", until)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },
    promote: async (keyId, secretId) => {
      await db
        .updateTable("key_secrets")
        .set({ state: "current", expires_on: null })
        .where("key_id", "=", keyId)
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .execute();
    },
    handOut: async (secretId) => {
      await db
        .updateTable("key_secrets")
        .set({ expires_on: null })
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .execute();
    },
    endPending: async (keyId, secretId, isForced) => {
      const { numDeletedRows } = await db
        .deleteFrom("key_secrets")
        .where("key_id", "=", keyId)
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .$if(!isForced, (query) => query.where("first_used_on", "is", null).where("expires_on", "is not", null))
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
    markFirstUse: async (secretId, usedOn) => {
      const { numUpdatedRows } = await db
        .updateTable("key_secrets")
        .set({ first_used_on: usedOn })
        .where("id", "=", secretId)
        .where("state", "=", "pending")
        .where("first_used_on", "is", null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },
    canReplay: async (secretId, now) => {
      const row = await db
        .selectFrom("key_secrets")
        .select("id")
        .where("id", "=", secretId)
        .where("state", "in", ["current", "pending"])
        .where((eb) =>
          eb.or([eb("expires_on", "is", null), eb("expires_on", ">", now), eb("first_used_on", "is not", null)]),
        )
        .executeTakeFirst();
      return row !== undefined;
    },
    listEnded: async (now, limit) => {
      const rows = await db
        .selectFrom("key_secrets")
        .innerJoin("api_keys", "api_keys.id", "key_secrets.key_id")
        .selectAll("key_secrets")
        .select("api_keys.company_id")
        .where("key_secrets.expires_on", "<=", now)
        .where(isNotKeptByUse)
        .orderBy("key_secrets.expires_on")
        .limit(limit)
        .execute();
      const uses = await readLastUsed(
        db,
        rows.map((row) => row.key_id),
      );
      return rows.map((row) => ({ secret: toSecretRecord(row, uses), companyId: row.company_id }));
    },
    deleteEnded: async (secretId, now) => {
      const { numDeletedRows } = await db
        .deleteFrom("key_secrets")
        .where("id", "=", secretId)
        .where("expires_on", "<=", now)
        .where(isNotKeptByUse)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },
  };
}
