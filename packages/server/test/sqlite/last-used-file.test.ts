import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { lastUsedPathOf } from "../../src/store/sqlite/last-used-file.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTemporaryDirectory, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { runCommand } from "../support/run-command.ts";
import { startTestServer } from "../support/start-server.ts";

const keys = "/external/v1/auth/keys";
const isRoot = process.getuid?.() === 0;

/** Overwrites the table, which is in the second page. The first page contains the schema. */
function breakSecondPage(path: string): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 4096);
  closeSync(file);
}

describe("the file of last-used times", () => {
  it("S-50 can be lost: everything works, and only last-used times are missing", async () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    const env = { DATABASE_URL: `sqlite:${path}`, ...postgresSecrets };
    const first = await startTestServer(env);
    const admin = await createSignedIn(first);
    const key = await createTestKey(first, admin.token);
    expect(await verifyStatus(first, key.clientSecret)).toBe(200);
    const read = () => first.call("GET", `${keys}/${key.id}`, { token: admin.token });
    await expect.poll(async () => (await read()).body.lastUsedAt).toEqual(expect.any(String));
    const before = await read();
    await first.disconnect();
    rmSync(lastUsedPathOf(path));

    const second = await useTestServer(env);
    const after = await second.call("GET", `${keys}/${key.id}`, { token: admin.token });
    expect(after.body).toEqual({ ...before.body, lastUsedAt: null, lastUsedIp: null });
    expect(await verifyStatus(second, key.clientSecret)).toBe(200);
    const readAgain = () => second.call("GET", `${keys}/${key.id}`, { token: admin.token });
    await expect.poll(async () => (await readAgain()).body.lastUsedAt).toEqual(expect.any(String));
  });

  it.each<[string, (path: string) => void]>([
    ["is not an SQLite file", (path) => writeFileSync(path, "no database at all, ".repeat(500))],
    ["has a broken page", (path) => breakSecondPage(path)],
  ])(
    "S-50 that %s is named in an error with the solution, and is not confused with the database",
    async (_how, damage) => {
      const path = join(useTemporaryDirectory(), "briksync.db");
      await (await openStore({ engine: "sqlite", path })).close();
      damage(lastUsedPathOf(path));
      await expect(openStore({ engine: "sqlite", path })).rejects.toThrow(
        /briksync\.db-uses: .*\. It contains only the last-used times of keys\. .*move it away/,
      );
      renameSync(lastUsedPathOf(path), `${path}-damaged`);
      await (await openStore({ engine: "sqlite", path })).close();
    },
  );

  it("S-53 next to a newly imported database does not prevent its start", async () => {
    const directory = useTemporaryDirectory();
    const path = join(directory, "briksync.db");
    const env = { DATABASE_URL: `sqlite:${path}`, ...postgresSecrets };
    const server = await startTestServer(env);
    const admin = await createSignedIn(server);
    const key = await createTestKey(server, admin.token);
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    const read = () => server.call("GET", `${keys}/${key.id}`, { token: admin.token });
    await expect.poll(async () => (await read()).body.lastUsedAt).toEqual(expect.any(String));
    const before = await read();
    await server.disconnect();
    const exported = await runCommand(["export"], env);
    expect(exported.code, exported.stderr).toBe(0);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
    expect(existsSync(lastUsedPathOf(path))).toBe(true);
    const imported = await runCommand(["import"], env, exported.stdout);
    expect(imported.code, imported.stderr).toBe(0);
    const again = await useTestServer(env);
    const after = await again.call("GET", `${keys}/${key.id}`, { token: admin.token });
    expect(after.body).toEqual(before.body);
  });

  it.skipIf(!isRoot)("S-10 belongs to the owner of the database, even if root created it", async () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    await (await openStore({ engine: "sqlite", path })).close();
    rmSync(lastUsedPathOf(path));
    chownSync(path, 1234, 2345);
    await (await openStore({ engine: "sqlite", path })).close();
    expect(statSync(lastUsedPathOf(path))).toMatchObject({ uid: 1234, gid: 2345 });
    expect(statSync(lastUsedPathOf(path)).mode & 0o077).toBe(0);
  });
});
