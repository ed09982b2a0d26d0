import type { Kysely, Selectable } from "kysely";
import type { MembershipRecord, UserRecord } from "../records.ts";
import type { UserRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

/** Returns the record of a row of `users`. */
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

/** Returns the form of logins before the column `has_old_logins` existed. */
function foldAsBefore(login: string): string {
  return login.normalize("NFKC").trim().toLowerCase();
}

/** Users, companies and memberships over Kysely. */
export function createUserRepository(db: Kysely<Tables>): UserRepository {
  return {
    findByLogin: async (login) => {
      const named = (text: string) =>
        db
          .selectFrom("users")
          .selectAll()
          .where((eb) => eb.or([eb("email", "=", text), eb("username", "=", text)]));
      let row = await named(login).executeTakeFirst();
      if (row === undefined && /[^\0-\u007f]/.test(login)) {
        row = await named(foldAsBefore(login)).where("has_old_logins", "=", 1).executeTakeFirst();
      }
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
    listUsers: async () => {
      const rows = await db.selectFrom("users").selectAll().orderBy("email").execute();
      const memberships = await db
        .selectFrom("memberships")
        .innerJoin("companies", "companies.id", "memberships.company_id")
        .select(["memberships.user_id", "companies.id", "companies.name", "companies.plan", "memberships.privilege"])
        .orderBy("memberships.created_on")
        .orderBy("companies.name")
        .execute();
      const byUser = new Map<string, MembershipRecord[]>();
      for (const { user_id: userId, ...membership } of memberships) {
        byUser.set(userId, [...(byUser.get(userId) ?? []), membership]);
      }
      return rows.map((row) => ({
        ...toUserRecord(row),
        createdOn: row.created_on,
        memberships: byUser.get(row.id) ?? [],
      }));
    },
    resetPassword: async (userId, passwordHash) => {
      await db
        .updateTable("users")
        .set({ password_hash: passwordHash, must_change_password: 1 })
        .where("id", "=", userId)
        .execute();
    },
    deleteMembership: async (userId, companyId) => {
      const { numDeletedRows } = await db
        .deleteFrom("memberships")
        .where("user_id", "=", userId)
        .where("company_id", "=", companyId)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
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
