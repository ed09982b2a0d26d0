import type { Kysely } from "kysely";
import type { CompanyRepository } from "../ports/users.ts";
import type { Tables } from "../tables.ts";
import { execute, findFirst, lockRow, put, remove, update } from "./statements.ts";

/** Companies for operators, over Kysely. */
export function createCompanyRepository(db: Kysely<Tables>): CompanyRepository {
  const companies = () => db.selectFrom("companies").select(["companies.id", "companies.name", "companies.plan"]);
  return {
    find: (id) => findFirst(companies().where("companies.id", "=", id)),
    findByNameKey: (nameKey) =>
      findFirst(
        companies()
          .innerJoin("companyNames", "companyNames.companyId", "companies.id")
          .where("companyNames.nameKey", "=", nameKey),
      ),
    list: async () => {
      const rows = await db
        .selectFrom("companies")
        .leftJoin("planFloors", "planFloors.companyId", "companies.id")
        .select((eb) => [
          "companies.id",
          "companies.name",
          "companies.plan",
          "companies.createdOn",
          "planFloors.plan as planFloor",
          eb
            .selectFrom("memberships")
            .select((count) => count.fn.countAll().as("members"))
            .whereRef("memberships.companyId", "=", "companies.id")
            .as("members"),
          eb
            .selectFrom("apiKeys")
            .select((count) => count.fn.countAll().as("keys"))
            .whereRef("apiKeys.companyId", "=", "companies.id")
            .where("apiKeys.status", "=", "active")
            .as("activeKeys"),
        ])
        .orderBy("companies.name")
        .orderBy("companies.id")
        .execute();
      return rows.map((row) => ({ ...row, members: Number(row.members), activeKeys: Number(row.activeKeys) }));
    },
    lock: async (ids) => {
      for (const id of [...new Set(ids)].sort()) await lockRow(db, "companies", "plan", id);
    },
    rename: (id, name) => execute(update(db, "companies", { id }, { name })),
    putNameKey: (companyId, nameKey) => put(db, "companyNames", { companyId }, { nameKey }),
    findPlanFloor: async (id) => {
      const row = await db.selectFrom("planFloors").select("plan").where("companyId", "=", id).executeTakeFirst();
      return row?.plan ?? null;
    },
    putPlanFloor: (companyId, floor) =>
      floor === null ? execute(remove(db, "planFloors", { companyId })) : put(db, "planFloors", { companyId }, floor),
    listMembers: (id) =>
      db
        .selectFrom("memberships")
        .innerJoin("users", "users.id", "memberships.userId")
        .select(["users.id", "users.email", "users.disabledOn", "memberships.privilege"])
        .where("memberships.companyId", "=", id)
        .orderBy("users.email")
        .execute(),
  };
}
