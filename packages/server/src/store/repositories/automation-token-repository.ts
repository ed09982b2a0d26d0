import type { Kysely, Selectable } from "kysely";
import type { AutomationTokenRepository } from "../ports/pipelines.ts";
import type { AutomationTokenRecord, TokenSecretRecord } from "../records.ts";
import type { Tables } from "../tables.ts";
import { readCreators, toTokenGrant } from "./grant-rows.ts";
import { changesRow, execute, groupRows, isFound, lockRow, put, remove, select, update } from "./statements.ts";

type SecretRow = Selectable<Tables["automationTokenSecrets"]>;

function toSecretRecord({ digest: _, pepperVersion: __, ...secret }: SecretRow): TokenSecretRecord {
  return secret;
}

/** Returns the tokens of these rows with their keys, secrets and creators. */
async function completeTokens(
  db: Kysely<Tables>,
  rows: readonly Selectable<Tables["automationTokens"]>[],
): Promise<AutomationTokenRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const keys = await db
    .selectFrom("automationTokenKeys")
    .selectAll()
    .where("tokenId", "in", ids)
    .orderBy("keyId")
    .execute();
  const secrets = await db
    .selectFrom("automationTokenSecrets")
    .selectAll()
    .where("tokenId", "in", ids)
    // "current" comes before "pending".
    .orderBy("state")
    .execute();
  const uses = await db.selectFrom("automationTokenUses").selectAll().where("tokenId", "in", ids).execute();
  const keysOf = groupRows(keys, ({ tokenId }) => tokenId);
  const secretsOf = groupRows(secrets.map(toSecretRecord), ({ tokenId }) => tokenId);
  const usesOf = groupRows(uses, ({ tokenId }) => tokenId);
  const creatorOf = await readCreators(db, rows);
  return rows.map(({ may, fromCidrs, createdBy, ...row }) => ({
    ...row,
    lastUsedAt: usesOf(row.id)[0]?.usedAt ?? null,
    lastUsedIp: usesOf(row.id)[0]?.ip ?? null,
    may: JSON.parse(may),
    fromCidrs: JSON.parse(fromCidrs),
    keyIds: keysOf(row.id).map(({ keyId }) => keyId),
    secrets: secretsOf(row.id),
    createdBy: creatorOf({ createdBy, companyId: row.companyId }),
  }));
}

/** Automation tokens over Kysely. */
export function createAutomationTokenRepository(db: Kysely<Tables>): AutomationTokenRepository {
  return {
    find: async (companyId, id) => {
      const rows = await select(db, "automationTokens", { id, companyId }).execute();
      const [token = null] = await completeTokens(db, rows);
      return token;
    },
    listStep: async (companyId, { after, limit }) =>
      completeTokens(
        db,
        await select(db, "automationTokens", { companyId })
          .$if(after !== undefined, (query) =>
            query
              .where("createdOn", ">=", after?.createdOn ?? "")
              .where((eb) => eb.or([eb("createdOn", ">", after?.createdOn ?? ""), eb("id", ">", after?.id ?? "")])),
          )
          .orderBy("createdOn")
          .orderBy("id")
          .limit(limit)
          .execute(),
      ),
    count: async (companyId) => {
      const { all, live } = await db
        .selectFrom("automationTokens")
        .select(({ fn, eb }) => [
          fn.countAll().as("all"),
          fn.count(eb.case().when("revokedOn", "is", null).then(1).end()).as("live"),
        ])
        .where("companyId", "=", companyId)
        .executeTakeFirstOrThrow();
      return { all: Number(all), live: Number(live) };
    },
    insert: async ({ may, fromCidrs, keyIds, createdBy, lastUsedAt: _, lastUsedIp: __, ...row }) => {
      await db
        .insertInto("automationTokens")
        .values({
          ...row,
          may: JSON.stringify(may),
          fromCidrs: JSON.stringify(fromCidrs),
          createdBy: createdBy.userId,
        })
        .execute();
      await db
        .insertInto("automationTokenKeys")
        .values(keyIds.map((keyId) => ({ tokenId: row.id, keyId })))
        .execute();
    },
    lock: (id) => lockRow(db, "automationTokens", "name", id),
    insertSecret: (secret) => execute(db.insertInto("automationTokenSecrets").values(secret)),
    deletePending: (tokenId) => execute(remove(db, "automationTokenSecrets", { tokenId, state: "pending" })),
    promote: async (tokenId, secretId) => {
      const isPending = await changesRow(
        update(db, "automationTokenSecrets", { tokenId, id: secretId, state: "pending" }, { state: "current" }),
      );
      if (!isPending) return false;
      await remove(db, "automationTokenSecrets", { tokenId }).where("id", "!=", secretId).execute();
      return true;
    },
    revoke: (id, revokedOn) => changesRow(update(db, "automationTokens", { id, revokedOn: null }, { revokedOn })),
    findBySecret: async (digests) => {
      const row = await db
        .selectFrom("automationTokenSecrets as secret")
        .innerJoin("automationTokens as token", "token.id", "secret.tokenId")
        .innerJoin("companies", "companies.id", "token.companyId")
        .leftJoin("automationTokenUses as use", "use.tokenId", "token.id")
        .select(["token.id", "token.name", "may", "fromCidrs", "revokedOn", "usedAt as lastUsedAt"])
        .select(["secret.id as secretId", "state", "expiresAt"])
        .select(["companies.id as companyId", "companies.name as companyName", "plan"])
        .where("secret.digest", "in", digests)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { revokedOn, lastUsedAt, secretId, state, expiresAt } = row;
      const keys = await db
        .selectFrom("automationTokenKeys")
        .select("keyId")
        .where("tokenId", "=", row.id)
        .orderBy("keyId")
        .execute();
      const secret = { id: secretId, state, expiresAt };
      return { grant: toTokenGrant(row, keys), revokedOn, lastUsedAt, secret };
    },
    canReplay: (secretId, now) =>
      isFound(
        db
          .selectFrom("automationTokenSecrets")
          .innerJoin("automationTokens", "automationTokens.id", "automationTokenSecrets.tokenId")
          .select("automationTokenSecrets.id")
          .where("automationTokenSecrets.id", "=", secretId)
          .where("automationTokenSecrets.expiresAt", ">", now)
          .where("automationTokens.revokedOn", "is", null),
      ),
    noteUse: (tokenId, use) => put(db, "automationTokenUses", { tokenId }, use),
    deleteEnded: async (endedBefore, limit) => {
      const ended = await db
        .selectFrom("automationTokens")
        .select("id")
        .where(({ eb, or, not, exists, selectFrom }) =>
          or([
            eb("revokedOn", "<", endedBefore),
            not(
              exists(
                selectFrom("automationTokenSecrets")
                  .select("automationTokenSecrets.id")
                  .whereRef("automationTokenSecrets.tokenId", "=", "automationTokens.id")
                  .where("expiresAt", ">=", endedBefore),
              ),
            ),
          ]),
        )
        .limit(limit)
        .execute();
      if (ended.length === 0) return 0;
      const ids = ended.map(({ id }) => id);
      for (const table of ["automationTokenUses", "automationTokenKeys", "automationTokenSecrets"] as const) {
        await db.deleteFrom(table).where("tokenId", "in", ids).execute();
      }
      await db.deleteFrom("automationTokens").where("id", "in", ids).execute();
      return ids.length;
    },
  };
}
