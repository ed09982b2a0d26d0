import type { Kysely } from "kysely";
import type { CompanyRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

/** Companies for operators, over Kysely. */
export function createCompanyRepository(db: Kysely<Tables>): CompanyRepository {
  const companies = () => db.selectFrom("companies").select(["companies.id", "companies.name", "companies.plan"]);
  return {
    find: async (id) => (await companies().where("companies.id", "=", id).executeTakeFirst()) ?? null,
    findByNameKey: async (nameKey) => {
      const row = await companies()
        .innerJoin("company_names", "company_names.company_id", "companies.id")
        .where("company_names.name_key", "=", nameKey)
        .executeTakeFirst();
      return row ?? null;
    },
    list: async () => {
      const rows = await db
        .selectFrom("companies")
        .leftJoin("plan_floors", "plan_floors.company_id", "companies.id")
        .select((eb) => [
          "companies.id",
          "companies.name",
          "companies.plan",
          "companies.created_on as createdOn",
          "plan_floors.plan as planFloor",
          eb
            .selectFrom("memberships")
            .select((count) => count.fn.countAll().as("members"))
            .whereRef("memberships.company_id", "=", "companies.id")
            .as("members"),
          eb
            .selectFrom("api_keys")
            .select((count) => count.fn.countAll().as("keys"))
            .whereRef("api_keys.company_id", "=", "companies.id")
            .where("api_keys.status", "=", "active")
            .as("activeKeys"),
        ])
        .orderBy("companies.name")
        .orderBy("companies.id")
        .execute();
      return rows.map((row) => ({ ...row, members: Number(row.members), activeKeys: Number(row.activeKeys) }));
    },
    lock: async (ids) => {
      for (const id of [...new Set(ids)].sort()) {
        await db
          .updateTable("companies")
          .set((eb) => ({ plan: eb.ref("plan") }))
          .where("id", "=", id)
          .execute();
      }
    },
    rename: async (id, name) => {
      await db.updateTable("companies").set({ name }).where("id", "=", id).execute();
    },
    putNameKey: async (id, nameKey) => {
      await db
        .insertInto("company_names")
        .values({ name_key: nameKey, company_id: id })
        .onConflict((oc) => oc.column("company_id").doUpdateSet({ name_key: nameKey }))
        .execute();
    },
    findPlanFloor: async (id) => {
      const row = await db.selectFrom("plan_floors").select("plan").where("company_id", "=", id).executeTakeFirst();
      return row?.plan ?? null;
    },
    putPlanFloor: async (id, floor) => {
      if (floor === null) {
        await db.deleteFrom("plan_floors").where("company_id", "=", id).execute();
        return;
      }
      const values = { plan: floor.plan, set_on: floor.setOn };
      await db
        .insertInto("plan_floors")
        .values({ company_id: id, ...values })
        .onConflict((oc) => oc.column("company_id").doUpdateSet(values))
        .execute();
    },
    listMembers: async (id) => {
      const rows = await db
        .selectFrom("memberships")
        .innerJoin("users", "users.id", "memberships.user_id")
        .select(["users.id", "users.email", "users.disabled_on as disabledOn", "memberships.privilege"])
        .where("memberships.company_id", "=", id)
        .orderBy("users.email")
        .execute();
      return rows;
    },
  };
}
