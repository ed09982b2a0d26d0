import type { Kysely } from "kysely";
import type { RunTokenRepository } from "../ports/pipelines.ts";
import type { Tables } from "../tables.ts";
import { toTokenGrant } from "./grant-rows.ts";
import { changesRow, deleteSome, execute } from "./statements.ts";

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
    deleteOfTrust: (trustId) => execute(db.deleteFrom("runTokens").where("trustId", "=", trustId)),
    deleteExpired: (now, limit) =>
      deleteSome(db, { from: "runTokens", key: "digest", where: ["expiresOn", "<=", now] }, limit),
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
    deleteSpent: (before, limit) =>
      deleteSome(db, { from: "spentAssertions", key: "digest", where: ["expiresOn", "<=", before] }, limit),
  };
}
