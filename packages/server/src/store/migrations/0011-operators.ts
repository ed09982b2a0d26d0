import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";

/** A copy of the current `domain/names.ts`, because a migration never changes. */
function toNameKey(text: string): string {
  const compose = (part: string): string =>
    part
      .trim()
      .normalize("NFC")
      .replace(/\p{Space_Separator}+/gu, " ");
  return compose(compose(text).replace(/\u200c|\u200d|\ufe0e|\ufe0f/g, ""));
}

const isAscii = (text: string): boolean => /^[\0-\u007f]*$/.test(text);

interface OldTables {
  companies: { id: string; name: string; plan: string; created_on: string };
  users: { id: string; email: string; username: string | null; created_on: string; has_old_logins: number };
  company_names: { name_key: string; company_id: string };
  plan_floors: { company_id: string; plan: string; set_on: string };
}

/**
 * Sets the name key of each company. Of companies whose names look the same, the oldest gets it. The others are found
 * by their ID.
 */
async function fillNames(db: Kysely<OldTables>): Promise<void> {
  const companies = await db.selectFrom("companies").selectAll().orderBy("created_on").orderBy("id").execute();
  const taken = new Set<string>();
  for (const { id, name } of companies) {
    const key = toNameKey(name);
    if (taken.has(key)) continue;
    taken.add(key);
    await db.insertInto("company_names").values({ name_key: key, company_id: id }).execute();
  }
}

/**
 * Until now, logins were folded with Unicode's case rules. Marks non-ASCII logins, so that users can still type them in
 * another case. Stores logins in composed form, unless another user has that form.
 */
async function markLogins(db: Kysely<OldTables>): Promise<void> {
  const users = await db.selectFrom("users").select(["id", "email", "username"]).orderBy("created_on").execute();
  const taken = new Set(users.flatMap(({ email, username }) => (username === null ? [email] : [email, username])));
  const recompose = (login: string): string => {
    const key = toNameKey(login);
    if (key === login || taken.has(key)) return login;
    taken.add(key);
    return key;
  };
  for (const { id, email, username } of users) {
    const changed = { email: recompose(email), username: username === null ? null : recompose(username) };
    const isOld = !isAscii(email) || !isAscii(username ?? "");
    if (!isOld && changed.email === email && changed.username === username) continue;
    await db
      .updateTable("users")
      .set({ ...changed, has_old_logins: isOld ? 1 : 0 })
      .where("id", "=", id)
      .execute();
  }
}

/**
 * Adds operator data: minimum plans and company names. Also adds the last address of a user at the identity provider,
 * and the events of a subscription that are needed to order them.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const suffix = sql.raw(dialect.clusteredSuffix);
  const { schema } = db;
  const old = db as unknown as Kysely<OldTables>;

  await schema
    .createTable("company_names")
    .addColumn("name_key", "text", (c) => c.primaryKey().notNull())
    .addColumn("company_id", "text", (c) => c.notNull().unique().references("companies.id"))
    .modifyEnd(suffix)
    .execute();
  await fillNames(old);

  await schema
    .createTable("plan_floors")
    .addColumn("company_id", "text", (c) => c.primaryKey().notNull().references("companies.id"))
    .addColumn("plan", "text", (c) => c.notNull().check(sql`plan in ('FREE', 'PRO', 'BUSINESS')`))
    .addColumn("set_on", "text", (c) => c.notNull())
    .modifyEnd(suffix)
    .execute();
  // If no subscription has set the plan, an operator has.
  await sql`insert into plan_floors (company_id, plan, set_on)
    select c.id, c.plan, c.created_on from companies c
    where c.plan <> 'FREE' and not exists (
      select 1 from stripe_subscriptions s join stripe_customers k on k.id = s.customer_id
      where k.company_id = c.id and s.has_bought_plan = 1
    )`.execute(db);

  await schema
    .alterTable("users")
    .addColumn("has_old_logins", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await markLogins(old);

  for (const column of ["email", "email_told_on"]) {
    await schema.alterTable("user_identities").addColumn(column, "text").execute();
  }

  await schema
    .alterTable("stripe_subscriptions")
    .addColumn("is_incomplete", "integer", (c) => c.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable("stripe_subscriptions")
    .addColumn("news", "text", (c) => c.notNull().defaultTo("[]"))
    .execute();
}
