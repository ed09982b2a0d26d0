import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { lastUsedPathOf } from "../../src/store/sqlite/last-used-file.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpClient, type HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, useHybrid } from "../support/hybrid-server.ts";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, goodPassword, otherPassword, type SignedIn, signInPerson } from "../support/people.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTemporaryDirectory } from "../support/temporary-directory.ts";

const keys = "/external/v1/auth/keys";

describe("while another process holds the database's write lock", () => {
  const directory = createTemporaryDirectory();
  const databasePath = join(directory.path, "briksync.db");
  const env = { DATABASE_URL: `sqlite:${databasePath}`, LOG_LEVEL: "error", RATE_LIMIT_BURST: "1000000" };
  let server: ServerProcess;
  let client: HttpClient;
  let admin: SignedIn;
  let key: TestKey;
  let other: Database.Database;
  beforeAll(async () => {
    server = await spawnServer(env);
    client = createHttpClient(server.url);
    const deps = await openDependencies(env);
    admin = await signInPerson(client, await createPerson(deps));
    await deps.store.close();
    key = await createTestKey(client, admin.token);
    other = new Database(databasePath);
    other.prepare("attach database ? as uses").run(lastUsedPathOf(databasePath));
  });
  afterAll(async () => {
    other.close();
    client.close();
    await server.stop();
    directory.remove();
  });

  /** Holds the lock while the work runs, and returns the result of the work. */
  async function holdLock<T>(work: () => Promise<T>): Promise<T> {
    other.exec("begin immediate");
    try {
      return await work();
    } finally {
      other.exec("rollback");
    }
  }

  it("S-51 verify and reads work, and a write waits and succeeds", async () => {
    const waiting = await holdLock(async () => {
      // A last-used time that cannot be written must not delay the list that shows it.
      await verifyStatus(client, key.clientSecret);
      const created = client.call("POST", keys, { token: admin.token, json: { name: "patient" } });
      // The lock stays held, so a call that needed it would be refused with 503.
      const paths = ["/external/v1/auth/me", keys, `${keys}/${key.id}`, "/external/v1/auth/audit", "/api/health/ready"];
      for (const path of paths) {
        expect(await verifyStatus(client, key.clientSecret)).toBe(200);
        expect((await client.call("GET", path, { token: admin.token })).status, path).toBe(200);
      }
      return { created };
    });
    expect((await waiting.created).status).toBe(201);
  });

  it("S-63 an invalid refresh token is refused without waiting for the lock", async () => {
    const signedOut = await signInPerson(client, admin);
    await client.call("POST", "/external/v1/auth/signout", { token: signedOut.token });
    await holdLock(async () => {
      for (const refreshToken of ["made-up", "A".repeat(43), signedOut.refreshToken]) {
        const refused = await client.call("POST", "/external/v1/auth/refresh", { json: { refreshToken } });
        expectError(refused, "UNAUTHORIZED");
      }
      // A valid refresh token does need the lock.
      const { refreshToken } = admin;
      expectError(await client.call("POST", "/external/v1/auth/refresh", { json: { refreshToken } }), "UNAVAILABLE");
    });
    const { refreshToken } = admin;
    expect((await client.call("POST", "/external/v1/auth/refresh", { json: { refreshToken } })).status).toBe(200);
  });

  it("S-51 writing last-used times does not block changes", async () => {
    const uses = new Database(lastUsedPathOf(databasePath));
    uses.exec("begin immediate");
    try {
      const created = await client.call("POST", keys, { token: admin.token, json: { name: "not held up" } });
      expect(created.status).toBe(201);
    } finally {
      uses.close();
    }
  });

  it("S-51 a write that waits too long is refused with Retry-After and has no effect", async () => {
    const before = (await client.call("GET", keys, { token: admin.token })).body.length;
    await holdLock(async () => {
      const refused = await client.call("POST", keys, { token: admin.token, json: { name: "given up" } });
      expectError(refused, "UNAVAILABLE");
    });
    expect((await client.call("GET", keys, { token: admin.token })).body).toHaveLength(before);
    expect((await client.call("POST", keys, { token: admin.token, json: { name: "later" } })).status).toBe(201);
  });
});

it("S-51 without the lock, a password that the identity provider has changed is not reported as unchanged", async () => {
  const hybrid = await useHybrid();
  const { database, call } = hybrid.server;
  const person = await createSupabasePerson(hybrid);
  const change = (currentPassword: string, newPassword: string): Promise<HttpResponse> =>
    call("POST", "/external/v1/auth/password", { token: person.token, json: { currentPassword, newPassword } });
  expect((await call("GET", "/external/v1/auth/me", { token: person.token })).status).toBe(200);
  const other = new Database(database.path ?? "");
  onTestFinished(() => void other.close());
  other.exec("begin immediate");
  const message = expectError(await change(person.password, otherPassword), "INTERNAL");
  other.exec("rollback");
  expect(message).toContain("cannot tell whether the change was saved");
  expect(person.account.password).toBe(otherPassword);

  // The server has not called the provider yet, so it can report that nothing changed.
  other.exec("begin immediate");
  hybrid.supabase.misbehavior = "error";
  expectError(await change(otherPassword, goodPassword), "UNAVAILABLE");
  hybrid.supabase.misbehavior = null;
  other.exec("rollback");
  expect((await change(otherPassword, goodPassword)).status).toBe(204);
});
