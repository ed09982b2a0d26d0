import pg from "pg";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../../../tools/postgres/start-postgres.ts";
import { parseConfig } from "../../src/config/config.ts";
import { openStore } from "../../src/store/open-store.ts";
import { postgresSecrets } from "./postgres-secrets.ts";

/** The PostgreSQL on which tests create their databases. */
export interface PostgresForTests {
  /** URL of its superuser, for the database `postgres`. */
  readonly url: string;
  /** A migrated, empty database to copy. */
  readonly template: string;
  /**
   * How to copy it. Copying files takes half the time of the default, but PostgreSQL 14 does not support the option.
   */
  readonly copying: "strategy file_copy" | "";
}

declare module "vitest" {
  export interface ProvidedContext {
    postgres: PostgresForTests;
  }
}

async function createTemplate(url: string): Promise<string> {
  const template = `briksync_template_${process.pid}`;
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${template} with (force)`);
    await admin.query(`create database ${template}`);
  } finally {
    await admin.end();
  }
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${template}`;
  const store = await openStore(parseConfig({ DATABASE_URL: templateUrl.href, ...postgresSecrets }).database);
  await store.close();
  return template;
}

/** Starts one PostgreSQL for all tests of the run. It stops with the run in all cases. */
export default async function setUpPostgres(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["BRIKSYNC_TEST_POSTGRES"];
  // No test kills this server, so it need not sync its files. Crash tests start their own server.
  const parameters = { fsync: "off", full_page_writes: "off" };
  const server = given === undefined ? await startPostgres({ parameters }) : null;
  const url = server?.urlOf("postgres") ?? given ?? "";
  const copying = given === undefined ? "strategy file_copy" : "";
  project.provide("postgres", { url, template: await createTemplate(url), copying });
  return async () => server?.remove();
}
