import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import { parseConfig } from "../../src/config/config.ts";
import { PostgresPool } from "../../src/store/postgres/pool.ts";
import { findFreePort, isListening, startProgram } from "../support/child-process.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTemporaryDirectory, useTestDatabase, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

/**
 * Starts PgBouncer with its defaults, in session mode, in front of a new database. Returns the environment to connect
 * through it.
 */
async function startPgBouncer(): Promise<Readonly<Record<string, string>>> {
  const { env } = await useTestDatabase();
  const directory = useTemporaryDirectory();
  const url = new URL(env["DATABASE_URL"] ?? "");
  const port = await findFreePort();
  writeFileSync(join(directory, "users.txt"), `"${url.username}" "${decodeURIComponent(url.password)}"\n`);
  const settings = [
    "[databases]",
    `* = host=${url.hostname} port=${url.port}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${join(directory, "users.txt")}`,
    "pool_mode = session",
  ];
  // PgBouncer refuses to run as root.
  if (process.getuid?.() === 0) settings.push("user = nobody");
  writeFileSync(join(directory, "pgbouncer.ini"), `${settings.join("\n")}\n`);
  chmodSync(directory, 0o755);
  const program = await startProgram(["pgbouncer", join(directory, "pgbouncer.ini")], {}, () => isListening(port));
  onTestFinished(() => program.stop());
  url.port = String(port);
  return { ...env, DATABASE_URL: url.href };
}

const missing = findMissingPrograms("pgbouncer");
describe.skipIf(missing !== undefined)(`through PgBouncer${missing === undefined ? "" : `, ${missing}`}`, () => {
  it("S-52 a node works, and every connection has its timeouts", async () => {
    const env = await startPgBouncer();
    const server = await useTestServer({ ...env });
    const admin = await createSignedIn(server);
    const key = await createTestKey(server, admin.token);
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    expect((await server.call("GET", "/api/health/ready")).status).toBe(200);
    const { database } = parseConfig(env);
    if (database.engine !== "postgres") throw new Error("This is about PostgreSQL");
    const pool = new PostgresPool(database, { size: 1, waitMs: 3_000, waitingMax: 1 }, () => undefined);
    onTestFinished(() => pool.close());
    const text =
      "select name, setting from pg_settings where name ~ '^(statement|lock|idle_in_tra.*)_timeout$' order by 1";
    expect((await pool.ask({ text })).rows).toEqual([
      { name: "idle_in_transaction_session_timeout", setting: "4000" },
      { name: "lock_timeout", setting: "3000" },
      { name: "statement_timeout", setting: "5000" },
    ]);
  });
});
