import type { Kysely, Selectable } from "kysely";
import type { RunTokenRepository, TrustRepository } from "../ports/pipelines.ts";
import type { TrustRecord } from "../records.ts";
import type { Tables } from "../tables.ts";
import { readCreators, toTokenGrant } from "./grant-rows.ts";
import { changesRow, deleteSome, execute, groupRows, lockRow, remove, select, update } from "./statements.ts";

type TrustRow = Selectable<Tables["trusts"]>;

/** Returns the trusts of these rows with their keys and creators. */
async function completeTrusts(db: Kysely<Tables>, rows: readonly TrustRow[]): Promise<TrustRecord[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const keys = await db.selectFrom("trustKeys").selectAll().where("trustId", "in", ids).orderBy("keyId").execute();
  const keysOf = groupRows(keys, ({ trustId }) => trustId);
  const creatorOf = await readCreators(db, rows);
  return rows.map(({ claims, may, fromCidrs, lastRun, createdBy, ...row }) => ({
    ...row,
    claims: JSON.parse(claims),
    may: JSON.parse(may),
    fromCidrs: JSON.parse(fromCidrs),
    lastRun: lastRun === null ? null : JSON.parse(lastRun),
    keyIds: keysOf(row.id).map(({ keyId }) => keyId),
    createdBy: creatorOf({ createdBy, companyId: row.companyId }),
  }));
}

/** Trusts and their log over Kysely. */
export function createTrustRepository(db: Kysely<Tables>): TrustRepository {
  return {
    find: async (companyId, id) => {
      const rows = await select(db, "trusts", { id, companyId }).execute();
      const [trust = null] = await completeTrusts(db, rows);
      return trust;
    },
    findForRun: async (id) => {
      const [trust] = await completeTrusts(db, await select(db, "trusts", { id }).execute());
      if (trust === undefined) return null;
      const company = await db
        .selectFrom("companies")
        .select(["id", "name", "plan"])
        .where("id", "=", trust.companyId)
        .executeTakeFirst();
      return company === undefined ? null : { trust, company };
    },
    list: async (companyId) =>
      completeTrusts(db, await select(db, "trusts", { companyId }).orderBy("createdOn").orderBy("id").execute()),
    listProviders: async (issuer) => {
      const rows = await db.selectFrom("trusts").select("provider").distinct().where("issuer", "=", issuer).execute();
      return rows.map(({ provider }) => provider);
    },
    insert: async ({ claims, may, fromCidrs, lastRun, keyIds, createdBy, ...row }) => {
      await db
        .insertInto("trusts")
        .values({
          ...row,
          claims: JSON.stringify(claims),
          may: JSON.stringify(may),
          fromCidrs: JSON.stringify(fromCidrs),
          lastRun: lastRun === null ? null : JSON.stringify(lastRun),
          createdBy: createdBy.userId,
        })
        .execute();
      await db
        .insertInto("trustKeys")
        .values(keyIds.map((keyId) => ({ trustId: row.id, keyId })))
        .execute();
    },
    lock: (id) => lockRow(db, "trusts", "name", id),
    setDisabled: (id, disabledOn) => execute(update(db, "trusts", { id }, { disabledOn })),
    setLastRun: (id, run) => execute(update(db, "trusts", { id }, { lastRun: JSON.stringify(run) })),
    remove: async (id) => {
      await remove(db, "runTokens", { trustId: id }).execute();
      await remove(db, "trustEvents", { trustId: id }).execute();
      await remove(db, "trustKeys", { trustId: id }).execute();
      await remove(db, "trusts", { id }).execute();
    },
    deleteEventsOf: (trustId, limit) => deleteSome(db, "trustEvents", "id", ["trustId", "=", trustId], limit),
    insertEvent: (event) => execute(db.insertInto("trustEvents").values(event)),
    listEvents: (trustId, { outcome, after, limit }) =>
      select(db, "trustEvents", { trustId })
        .$if(outcome !== undefined, (query) => query.where("outcome", "=", outcome ?? "refused"))
        .$if(after !== undefined, (query) =>
          // The first condition lets the database start at the cursor.
          query
            .where("createdOn", "<=", after?.createdOn ?? "")
            .where((eb) => eb.or([eb("createdOn", "<", after?.createdOn ?? ""), eb("id", "<", after?.id ?? "")])),
        )
        .orderBy("createdOn", "desc")
        .orderBy("id", "desc")
        .limit(limit)
        .execute(),
    deleteEvents: (before, limit) => deleteSome(db, "trustEvents", "id", ["createdOn", "<", before], limit),
  };
}

/** Tokens of runs and spent assertions over Kysely. */
export function createRunTokenRepository(db: Kysely<Tables>): RunTokenRepository {
  return {
    insert: (token) => execute(db.insertInto("runTokens").values(token)),
    find: async (digests) => {
      const row = await db
        .selectFrom("runTokens")
        .innerJoin("trusts", "trusts.id", "runTokens.trustId")
        .innerJoin("companies", "companies.id", "trusts.companyId")
        .select(["trusts.id", "trusts.name", "may", "fromCidrs", "ttlSeconds", "disabledOn"])
        .select(["expiresOn", "repository", "workflow", "runId"])
        .select(["companies.id as companyId", "companies.name as companyName", "plan"])
        .where("runTokens.digest", "in", digests)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { ttlSeconds, disabledOn, expiresOn, repository, workflow, runId } = row;
      const keys = await db
        .selectFrom("trustKeys")
        .select("keyId")
        .where("trustId", "=", row.id)
        .orderBy("keyId")
        .execute();
      const run = { repository, workflow, runId };
      return { grant: toTokenGrant(row, keys), ttlSeconds, disabledOn, expiresOn, run };
    },
    deleteOfTrust: (trustId) => execute(remove(db, "runTokens", { trustId })),
    deleteExpired: (now, limit) => deleteSome(db, "runTokens", "digest", ["expiresOn", "<=", now], limit),
    spend: (assertion, max) =>
      changesRow(
        db
          .insertInto("spentAssertions")
          .values({ ...assertion, uses: 1 })
          .onConflict((oc) =>
            oc
              .column("digest")
              .doUpdateSet((eb) => ({ uses: eb("spentAssertions.uses", "+", 1) }))
              .where("spentAssertions.uses", "<", max),
          ),
      ),
    countUses: async (digest) => {
      const row = await db.selectFrom("spentAssertions").select("uses").where("digest", "=", digest).executeTakeFirst();
      return row?.uses ?? 0;
    },
    deleteSpent: (before, limit) => deleteSome(db, "spentAssertions", "digest", ["expiresOn", "<=", before], limit),
  };
}
