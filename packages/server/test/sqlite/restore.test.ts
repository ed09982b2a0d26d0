import { copyFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { createHttpClient, type HttpClient } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "../support/people.ts";
import { runCommand } from "../support/run-command.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";

const keys = "/external/v1/auth/keys";

describe("a backup of the database", () => {
  it("S-50 can be restored as in docs/operations.md: later changes are undone, and an anchor detects it", async () => {
    const directory = useTemporaryDirectory();
    const path = join(directory, "briksync.db");
    const env = { DATABASE_URL: `sqlite:${path}`, LOG_LEVEL: "error" };
    const deps = await openDependencies(env);
    const person = await createPerson(deps);
    await deps.store.close();
    const serve = async (): Promise<[ServerProcess, HttpClient, SignedIn]> => {
      const server = await spawnServer(env);
      const client = createHttpClient(server.url);
      return [server, client, await signInPerson(client, person)];
    };
    const [first, client, admin] = await serve();
    const key = await createTestKey(client, admin.token);
    const source = new Database(path, { readonly: true });
    await source.backup(join(directory, "backup.db"));
    source.close();

    expect((await client.call("POST", `${keys}/${key.id}/revoke`, { token: admin.token })).status).toBe(200);
    const later = await createTestKey(client, admin.token);
    const anchor = await runCommand(["audit", "anchor"], env);
    writeFileSync(join(directory, "anchor.json"), anchor.stdout);
    await first.stop("SIGKILL");
    client.close();

    for (const suffix of ["-wal", "-shm", "-uses-wal", "-uses-shm"]) rmSync(`${path}${suffix}`, { force: true });
    copyFileSync(join(directory, "backup.db"), path);
    expect(await runCommand(["audit", "verify"], env)).toMatchObject({ code: 0 });
    const verified = await runCommand(["audit", "verify", "--anchor", join(directory, "anchor.json")], env);
    expect(verified.code).toBe(10);
    expect(JSON.parse(verified.stdout)).toMatchObject({ companyId: person.companyId, ok: false });

    const [second, again] = await serve();
    expect(await verifyStatus(again, later.clientSecret)).toBe(401);
    // The revoked key works again, as docs/operations.md warns.
    expect(await verifyStatus(again, key.clientSecret)).toBe(200);
    again.close();
    await second.stop();
  });
});

describe("read-only commands", () => {
  it.each([[["audit", "verify"]], [["audit", "anchor"]], [["export"]]])(
    "S-15 %j report a missing database, and do not create one",
    async (args) => {
      const directory = useTemporaryDirectory();
      const path = join(directory, "mistyped.db");
      const result = await runCommand(args, { DATABASE_URL: `sqlite:${path}` });
      expect(result).toMatchObject({ code: 78, stdout: "" });
      expect(result.stderr).toContain(`DATABASE_URL: the database ${path} does not exist`);
      expect(readdirSync(directory)).toEqual([]);
    },
  );
});
