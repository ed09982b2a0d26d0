import { expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { useTestDatabase, useTestServer } from "../support/lifetimes.ts";
import { migrateWith } from "../support/migrate-with.ts";
import { createPerson, goodPassword } from "../support/people.ts";
import type { TestDatabase } from "../support/test-database.ts";

/** The tables of 0012-pipelines, in an order in which they can be dropped. */
const laterTables = [
  "automation_token_secrets",
  "automation_token_keys",
  "automation_token_uses",
  "automation_tokens",
  "spent_assertions",
  "run_tokens",
  "trust_events",
  "trust_keys",
  "trusts",
];

/** The columns of 0015-session-origins. */
const sessionColumns = ["opened_with", "host_name", "client", "ip", "last_used_on"];

/** Reverts the migration and all later ones, so that the test can write data as an older version did. */
async function revertMigrations(database: TestDatabase): Promise<void> {
  for (const statement of [
    "drop index api_keys_name",
    "drop index sessions_use",
    ...sessionColumns.map((column) => `alter table sessions drop column ${column}`),
    "drop table second_factor_sign_ins",
    "drop table device_sign_ins",
    "alter table sessions drop column ends_on",
    ...laterTables.map((table) => `drop table ${table}`),
    "alter table key_secrets drop column pipeline_id",
    "drop table company_names",
    "drop table plan_floors",
    "alter table users drop column has_old_logins",
    "alter table user_identities drop column email",
    "alter table user_identities drop column email_told_on",
    "alter table stripe_subscriptions drop column is_incomplete",
    "alter table stripe_subscriptions drop column news",
    "delete from kysely_migration where name >= '0011-operators'",
  ]) {
    await database.query(statement);
  }
}

it("S-65 logins and names that an older version stored still work, and plans set by operators become floors", async () => {
  const server = await useTestServer();
  const { database } = server;
  const people = {
    umlaut: await createPerson(server.deps, { email: "\u00fcnal@partner.example", username: "\u00f6zg\u00fcr" }),
    plain: await createPerson(server.deps, { email: "ada@partner.example", plan: "PRO" }),
    paying: await createPerson(server.deps),
  };
  await revertMigrations(database);
  // An older version stored a name in decomposed form, and its lookalike.
  await database.query("update companies set name = ? where id = ?", "Cafe\u0301\u00a0Corp", people.plain.companyId);
  await database.query("update companies set name = ? where id = ?", "Caf\u00e9 Corp", people.paying.companyId);
  await database.query(
    "update companies set created_on = ? where id = ?",
    "2020-01-01T00:00:00.000Z",
    people.plain.companyId,
  );
  await database.query("update users set username = ? where id = ?", "ada  l", people.plain.userId);
  await database.query("insert into stripe_customers (id, company_id) values ('cus', ?)", people.paying.companyId);
  await database.query(
    "insert into stripe_subscriptions (id, customer_id, status, prices, told_on, told_by, has_bought_plan) values ('sub', 'cus', 'active', '[\"business\"]', '2026-01-01T00:00:00.000Z', 'created', 1)",
  );
  await migrateWith(database.env);

  const signIn = (email: string) =>
    server.call("POST", "/external/v1/auth/signin", { json: { email, password: goodPassword } });
  for (const login of [
    "\u00fcnal@partner.example",
    "\u00dcNAL@partner.example",
    "\u00d6zg\u00fcr",
    "ADA@partner.example",
    "Ada\u00a0L",
  ]) {
    expect((await signIn(login)).status, login).toBe(200);
  }
  const { companies, users } = server.deps.store;
  expect((await companies.findByNameKey("Caf\u00e9 Corp"))?.id).toBe(people.plain.companyId);
  expect(await companies.findPlanFloor(people.plain.companyId)).toBe("PRO");
  expect(await companies.findPlanFloor(people.umlaut.companyId)).toBe("BUSINESS");
  expect(await companies.findPlanFloor(people.paying.companyId)).toBeNull();
  expect(await users.findByLogin("\u00fcnal@partner.example")).toMatchObject({ id: people.umlaut.userId });

  // Logins of later users are still distinguished by the case of all other letters.
  const late = await createPerson(server.deps, { email: "zo\u00eb@partner.example" });
  expect((await signIn("ZO\u00eb@partner.example")).status).toBe(200);
  expectError(await signIn("ZO\u00cb@partner.example"), "SIGN_IN_FAILED");
  expect(late.email).toBe("zo\u00eb@partner.example");
});

it("S-53 the migration runs on an empty database too", async () => {
  const database = await useTestDatabase(undefined, { bare: true });
  await migrateWith(database.env);
  const rows = await database.query("select name from kysely_migration where name = '0011-operators'");
  expect(rows).toHaveLength(1);
});
