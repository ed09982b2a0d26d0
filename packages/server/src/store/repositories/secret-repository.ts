import type { ExpressionBuilder, Kysely, Selectable } from "kysely";
import type { IdempotencyRepository, SecretRepository } from "../ports/keys.ts";
import type { LastUse, SecretRecord } from "../records.ts";
import type { SecretState, Tables } from "../tables.ts";
import {
  changesRow,
  countChanges,
  deleteSome,
  execute,
  findFirst,
  insertOnce,
  isFound,
  remove,
  update,
} from "./statements.ts";

/** The last-used times and addresses of keys and of all their secrets. */
interface LastUsed {
  ofKey(keyId: string): LastUse;
  ofSecret(secretId: string): LastUse;
}

const never: LastUse = { lastUsedAt: null, lastUsedIp: null };

/**
 * Returns the last uses of these keys. The last use of a key is the newest one of all its secrets, including ended
 * ones.
 */
export async function readLastUsed(db: Kysely<Tables>, keyIds: readonly string[]): Promise<LastUsed> {
  const bySecret = new Map<string, LastUse>();
  const byKey = new Map<string, LastUse>();
  if (keyIds.length > 0) {
    const rows = await db.selectFrom("secretUses").selectAll().where("keyId", "in", keyIds).execute();
    for (const row of rows) {
      const use = { lastUsedAt: row.usedOn, lastUsedIp: row.ip };
      bySecret.set(row.secretId, use);
      if ((byKey.get(row.keyId)?.lastUsedAt ?? "") < row.usedOn) byKey.set(row.keyId, use);
    }
  }
  return { ofKey: (keyId) => byKey.get(keyId) ?? never, ofSecret: (secretId) => bySecret.get(secretId) ?? never };
}

/** Display order: the current secret, then pending ones, then retiring ones. */
const order: readonly SecretState[] = ["current", "pending", "retiring"];

/** Returns the record of a row, with its last use and without its digest. */
function toSecretRecord(
  { digest: _, pepperVersion: __, ...secret }: Selectable<Tables["keySecrets"]>,
  uses: LastUsed,
): SecretRecord {
  return { ...secret, ...uses.ofSecret(secret.id) };
}

/**
 * Returns the working secrets of these keys in these states: current, then pending from oldest to newest, then
 * retiring.
 */
export async function readLiveSecrets(
  db: Kysely<Tables>,
  keyIds: readonly string[],
  uses: LastUsed,
  states: readonly SecretState[] = order,
): Promise<SecretRecord[]> {
  if (keyIds.length === 0) return [];
  const rows = await db
    .selectFrom("keySecrets")
    .selectAll()
    .where("keyId", "in", keyIds)
    .where("state", "in", states)
    .orderBy("createdOn")
    .orderBy("id")
    .execute();
  return rows
    .map((row) => toSecretRecord(row, uses))
    .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}

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
        remove(db, "keySecrets", { keyId }).$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? "")),
      ),
    retireOthers: (keyId, exceptId, until, now) =>
      execute(
        update(db, "keySecrets", { keyId }, { state: "retiring", expiresOn: until })
          .where((eb) => eb.or([eb("state", "!=", "retiring"), eb("expiresOn", ">", until)]))
          .where((eb) => eb.or([eb("expiresOn", "is", null), eb("expiresOn", ">", now), eb.not(isNotKeptByUse(eb))]))
          .$if(exceptId !== null, (query) => query.where("id", "!=", exceptId ?? "")),
      ),
    shortenRetiring: (keyId, until) => {
      if (until === null) return countChanges(remove(db, "keySecrets", { keyId, state: "retiring" }));
      return countChanges(
        update(db, "keySecrets", { keyId, state: "retiring" }, { expiresOn: until }).where("expiresOn", ">", until),
      );
    },
    promote: (keyId, secretId) =>
      execute(
        update(db, "keySecrets", { keyId, id: secretId, state: "pending" }, { state: "current", expiresOn: null }),
      ),
    handOut: (keyId, secretId) =>
      execute(update(db, "keySecrets", { keyId, id: secretId, state: "pending" }, { expiresOn: null })),
    endPending: (keyId, secretId, isForced) =>
      changesRow(
        remove(db, "keySecrets", { keyId, id: secretId, state: "pending" }).$if(!isForced, (query) =>
          query.where("firstUsedOn", "is", null).where("expiresOn", "is not", null),
        ),
      ),
    markFirstUse: (secretId, usedOn) =>
      changesRow(
        update(db, "keySecrets", { id: secretId, state: "pending", firstUsedOn: null }, { firstUsedOn: usedOn }),
      ),
    canReplay: (secretId, now) =>
      isFound(
        db
          .selectFrom("keySecrets")
          .select("id")
          .where("id", "=", secretId)
          .where("state", "in", ["current", "pending"])
          .where((eb) =>
            eb.or([eb("expiresOn", "is", null), eb("expiresOn", ">", now), eb("firstUsedOn", "is not", null)]),
          ),
      ),
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
    deleteEnded: (keyId, secretId, now) =>
      changesRow(remove(db, "keySecrets", { keyId, id: secretId }).where("expiresOn", "<=", now).where(isNotKeptByUse)),
  };
}

/** Sealed responses over Kysely. */
export function createIdempotencyRepository(db: Kysely<Tables>): IdempotencyRepository {
  return {
    find: (digests, now) =>
      findFirst(
        db.selectFrom("idempotencyRecords").selectAll().where("digest", "in", digests).where("expiresOn", ">", now),
      ),
    claim: async (record, now) => {
      await remove(db, "idempotencyRecords", { digest: record.digest }).where("expiresOn", "<=", now).execute();
      return changesRow(insertOnce(db, "idempotencyRecords", { ...record, secretId: null, sealed: null }));
    },
    keep: (digest, answer) => execute(update(db, "idempotencyRecords", { digest }, answer)),
    limitExpiry: (latest) =>
      execute(db.updateTable("idempotencyRecords").set({ expiresOn: latest }).where("expiresOn", ">", latest)),
    deleteExpired: (now, limit) => deleteSome(db, "idempotencyRecords", "digest", ["expiresOn", "<=", now], limit),
  };
}
