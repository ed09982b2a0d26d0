import type { Kysely, Selectable } from "kysely";
import type { UserRepository } from "../ports/users.ts";
import type { UserRecord } from "../records.ts";
import type { Tables } from "../tables.ts";
import {
  changesRow,
  execute,
  findFirst,
  findRecord,
  groupRows,
  lockRow,
  remove,
  select,
  update,
} from "./statements.ts";

/** Returns the record of a row of `users`. */
export function toUserRecord({
  createdOn: _,
  hasOldLogins: __,
  mustChangePassword,
  ...user
}: Selectable<Tables["users"]>): UserRecord {
  return { ...user, mustChangePassword: mustChangePassword === 1 };
}

/** Returns a login in the form that was used before the column `has_old_logins` existed. */
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
        row = await named(foldAsBefore(login)).where("hasOldLogins", "=", 1).executeTakeFirst();
      }
      return row === undefined ? null : toUserRecord(row);
    },
    findById: (id) => findRecord(select(db, "users", { id }), toUserRecord),
    listMemberships: (userId) =>
      db
        .selectFrom("memberships")
        .innerJoin("companies", "companies.id", "memberships.companyId")
        .select(["companies.id", "companies.name", "companies.plan", "memberships.privilege"])
        .where("memberships.userId", "=", userId)
        .orderBy("memberships.createdOn")
        .orderBy("companies.name")
        .execute(),
    insertUser: (user) =>
      execute(db.insertInto("users").values({ ...user, mustChangePassword: user.mustChangePassword ? 1 : 0 })),
    replacePassword: (userId, oldHash, newHash) =>
      changesRow(
        update(db, "users", { id: userId, passwordHash: oldHash }, { passwordHash: newHash, mustChangePassword: 0 }),
      ),
    clearPasswordChange: (userId) => execute(update(db, "users", { id: userId }, { mustChangePassword: 0 })),
    upgradePasswordHash: (userId, oldHash, newHash) =>
      execute(update(db, "users", { id: userId, passwordHash: oldHash }, { passwordHash: newHash })),
    lockUser: (userId) => lockRow(db, "users", "mustChangePassword", userId),
    setDisabled: (userId, disabledOn) => changesRow(update(db, "users", { id: userId }, { disabledOn })),
    findCompanyByName: (name) =>
      findFirst(db.selectFrom("companies").select(["id", "name", "plan"]).where("name", "=", name)),
    insertCompany: (company) => execute(db.insertInto("companies").values(company)),
    setPlan: (companyId, plan) => changesRow(update(db, "companies", { id: companyId }, { plan })),
    listUsers: async () => {
      const rows = await db.selectFrom("users").selectAll().orderBy("email").execute();
      const memberships = await db
        .selectFrom("memberships")
        .innerJoin("companies", "companies.id", "memberships.companyId")
        .select(["memberships.userId", "companies.id", "companies.name", "companies.plan", "memberships.privilege"])
        .orderBy("memberships.createdOn")
        .orderBy("companies.name")
        .execute();
      const membershipsOf = groupRows(memberships, ({ userId }) => userId);
      return rows.map((row) => ({
        ...toUserRecord(row),
        createdOn: row.createdOn,
        memberships: membershipsOf(row.id).map(({ userId: _, ...membership }) => membership),
      }));
    },
    resetPassword: (userId, passwordHash) =>
      execute(update(db, "users", { id: userId }, { passwordHash, mustChangePassword: 1 })),
    deleteMembership: (userId, companyId) => changesRow(remove(db, "memberships", { userId, companyId })),
    putMembership: ({ userId, companyId, privilege, createdOn }) =>
      execute(
        db
          .insertInto("memberships")
          .values({ userId, companyId, privilege, createdOn })
          .onConflict((oc) => oc.columns(["userId", "companyId"]).doUpdateSet({ privilege })),
      ),
  };
}
