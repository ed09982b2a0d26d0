import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { BrikSync } from "@briksync/sdk";
import { expect, it } from "vitest";
import { requireFreshBuild } from "./fresh-build.ts";
import { adminEmail, createAdmin, startLocalServer } from "./local-server.ts";
import { cliEntry } from "./paths.ts";

/** One walk through the built server, CLI and SDK, on SQLite. `pnpm test:quick` runs it. */
it("creates, verifies, restricts, rotates and revokes a key, with the built server, CLI and SDK", async ({
  onTestFinished,
}) => {
  for (const name of ["server", "cli", "sdk"] as const) requireFreshBuild(name);
  const folder = mkdtempSync(join(tmpdir(), "briksync-walk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const database = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0", LOG_LEVEL: "warn" };
  const password = "an unlikely sentence about bridges";
  await createAdmin(database, password);
  const server = await startLocalServer(database);
  onTestFinished(async () => {
    expect(await server.stop()).toBe(0);
  });
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    BRIKSYNC_SERVER: server.url,
    BRIKSYNC_EMAIL: adminEmail,
    BRIKSYNC_PASSWORD: password,
  };
  const briksync = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)(process.execPath, [cliEntry, ...args], { env })).stdout.trim();
  const client = new BrikSync({ baseUrl: server.url });
  const verify = (clientSecret: string) => client.verify({ headers: { authorization: `Bearer ${clientSecret}` } });

  const first = await briksync("keys", "create", "CRM", "--secret-only");
  expect(await verify(first)).toMatchObject({ ok: true, name: "CRM" });
  await briksync("keys", "allow-ip", "CRM", "198.51.100.0/24", "--yes");
  expect(await verify(first)).toMatchObject({ ok: false, type: "IP_NOT_ALLOWED" });
  await briksync("keys", "allow-ip", "CRM", "--remove", "198.51.100.0/24", "--yes");
  const second = await briksync("keys", "rotate", "CRM", "--yes", "--secret-only");
  expect(await verify(first)).toMatchObject({ ok: false, type: "INVALID_CREDENTIALS" });
  expect(await verify(second)).toMatchObject({ ok: true });
  await briksync("keys", "revoke", "CRM", "--yes");
  expect(await verify(second)).toMatchObject({ ok: false, type: "INVALID_CREDENTIALS" });
});
