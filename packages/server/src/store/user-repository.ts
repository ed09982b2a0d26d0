import type { Kysely, Selectable } from "kysely";
import type { UserRecord } from "./records.ts";
import type { UserRepository } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Maps a row of `users`. */
export function toUserRecord(row: Selectable<Tables["users"]>): UserRecord {
  return {
    id: row.id,
    email: row.email,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    passwordHash: row.password_hash,
    mustChangePassword: row.must_change_password === 1,
    disabledOn: row.disabled_on,
  };
}

/** Users, companies and memberships over Kysely. */
export function createUserRepository(db: Kysely<Tables>): UserRepository {
  return {
    findByLogin: async (login) => {
      const row = await db
        .selectFrom("users")
        .selectAll()
        .where((eb) => eb.or([eb("email", "=", login), eb("username", "=", login)]))
        .executeTakeFirst();
      return row === undefined ? null : toUserRecord(row);
    },
    findById: async (id) => {
      const row = await db.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : toUserRecord(row);
    },
    listMemberships: (userId) =>
      db
        .selectFrom("memberships")
        .innerJoin("companies", "companies.id", "memberships.company_id")
        .select(["companies.id", "companies.name", "companies.plan", "memberships.privilege"])
        .where("memberships.user_id", "=", userId)
        .orderBy("memberships.created_on")
        .orderBy("companies.name")
        .execute(),
    insertUser: async (user) => {
      await db
        .insertInto("users")
        .values({
          id: user.id,
          email: user.email,
          username: user.username,
          first_name: user.firstName,
          last_name: user.lastName,
          password_hash: user.passwordHash,
          must_change_password: user.mustChangePassword ? 1 : 0,
          disabled_on: user.disabledOn,
          created_on: user.createdOn,
        })
        .execute();
    },
    replacePassword: async (userId, oldHash, newHash) => {
      const result = await db
        .updateTable("users")
        .set({ password_hash: newHash, must_change_password: 0 })
        .where("id", "=", userId)
        .where("password_hash", "=", oldHash)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    clearPasswordChange: async (userId) => {
      await db.updateTable("users").set({ must_change_password: 0 }).where("id", "=", userId).execute();
    },
    upgradePasswordHash: async (userId, oldHash, newHash) => {
      await db
        .updateTable("users")
        .set({ password_hash: newHash })
        .where("id", "=", userId)
        .where("password_hash", "=", oldHash)
        .execute();
    },
    lockUser: async (userId) => {
      await db
        .updateTable("users")
        .set((eb) => ({ must_change_password: eb.ref("must_change_password") }))
        .where("id", "=", userId)
        .execute();
    },
    setDisabled: async (userId, disabledOn) => {
      const result = await db
        .updateTable("users")
        .set({ disabled_on: disabledOn })
        .where("id", "=", userId)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    findCompanyByName: async (name) => {
      const row = await db
        .selectFrom("companies")
        .select(["id", "name", "plan"])
        .where("name", "=", name)
        .executeTakeFirst();
      return row ?? null;
    },
    insertCompany: async (company) => {
      await db
        .insertInto("companies")
        .values({ id: company.id, name: company.name, plan: company.plan, created_on: company.createdOn })
        .execute();
    },
    setPlan: async (companyId, plan) => {
      const result = await db.updateTable("companies").set({ plan }).where("id", "=", companyId).executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    putMembership: async (membership) => {
      await db
        .insertInto("memberships")
        .values({
          user_id: membership.userId,
          company_id: membership.companyId,
          privilege: membership.privilege,
          created_on: membership.createdOn,
        })
        .onConflict((oc) => oc.columns(["user_id", "company_id"]).doUpdateSet({ privilege: membership.privilege }))
        .execute();
    },
  };
}
