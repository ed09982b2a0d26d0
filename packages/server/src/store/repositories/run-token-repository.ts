import type { Kysely } from "kysely";
import type { RunTokenRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { completeTrusts } from "./trust-repository.ts";

/** Tokens of runs and spent assertions over Kysely. */
export function createRunTokenRepository(db: Kysely<Tables>): RunTokenRepository {
  return {
    insert: async ({ run, ...token }) => {
      const { repository, workflow, runId } = run;
      await db
        .insertInto("runTokens")
        .values({ ...token, repository, workflow, runId })
        .execute();
    },
    find: async (digests) => {
      const token = await db.selectFrom("runTokens").selectAll().where("digest", "in", digests).executeTakeFirst();
      if (token === undefined) return null;
      const { trustId, expiresOn, repository, workflow, runId } = token;
      const rows = await db.selectFrom("trusts").selectAll().where("id", "=", trustId).execute();
      const [trust] = await completeTrusts(db, rows);
      if (trust === undefined) return null;
      const company = await db
        .selectFrom("companies")
        .select(["id", "name", "plan"])
        .where("id", "=", trust.companyId)
        .executeTakeFirst();
      return company === undefined ? null : { trust, company, expiresOn, run: { repository, workflow, runId } };
    },
    deleteOfTrust: async (trustId) => {
      await db.deleteFrom("runTokens").where("trustId", "=", trustId).execute();
    },
    deleteExpired: async (now, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("runTokens")
        .where("digest", "in", (eb) =>
          eb.selectFrom("runTokens").select("digest").where("expiresOn", "<=", now).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
    spend: async (assertion, max) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("spentAssertions")
        .values({ ...assertion, uses: 1 })
        .onConflict((oc) =>
          oc
            .column("digest")
            .doUpdateSet((eb) => ({ uses: eb("spentAssertions.uses", "+", 1) }))
            .where("spentAssertions.uses", "<", max),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    countUses: async (digests) => {
      const rows = await db.selectFrom("spentAssertions").select("uses").where("digest", "in", digests).execute();
      return rows.reduce((sum, { uses }) => sum + uses, 0);
    },
    deleteSpent: async (before, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("spentAssertions")
        .where("digest", "in", (eb) =>
          eb.selectFrom("spentAssertions").select("digest").where("expiresOn", "<=", before).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
