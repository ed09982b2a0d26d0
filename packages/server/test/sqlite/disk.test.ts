import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpClient, type HttpResponse } from "../support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useServerProcess, useTemporaryDirectory } from "../support/lifetimes.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, type SignedIn, signInPerson } from "../support/people.ts";
import { mainPath, type ServerProcess } from "../support/spawn-server.ts";

const keys = "/external/v1/auth/keys";

interface Setup {
  readonly databasePath: string;
  readonly server: ServerProcess;
  readonly client: HttpClient;
  readonly admin: SignedIn;
  readonly key: TestKey;
}

/** Starts a server with one key and with a database in the directory. */
async function setUp(
  directory: string,
  more: Readonly<Record<string, string>> = {},
  command: readonly string[] = [process.execPath, mainPath, "serve"],
): Promise<Setup> {
  const databasePath = join(directory, "briksync.db");
  const env = { DATABASE_URL: `sqlite:${databasePath}`, LOG_LEVEL: "fatal", RATE_LIMIT_BURST: "100000" };
  const deps = await openDependencies(env);
  const person = await createPerson(deps);
  // An open connection would keep a restarted server from recovering the file.
  await deps.store.close();
  const server = await useServerProcess({ ...env, ...more }, { command });
  const client = createHttpClient(server.url);
  const admin = await signInPerson(client, person);
  return { databasePath, server, client, admin, key: await createTestKey(client, admin.token) };
}

const create = ({ client, admin }: Setup): Promise<HttpResponse> =>
  client.call("POST", keys, { token: admin.token, json: { name: "x".repeat(100), ipAllowlist: ["127.0.0.1"] } });

/** Creates keys until the disk is full. Returns the IDs of the confirmed keys. */
async function createUntilFull(setup: Setup): Promise<string[]> {
  const created: string[] = [];
  for (;;) {
    const response = await create(setup);
    if (response.status !== 201) {
      expectError(response, "UNAVAILABLE");
      return created;
    }
    created.push(response.body.id);
  }
}

/**
 * Fills the space that a failed write left free with the smallest write there is. Returns the last valid refresh token.
 */
async function refreshUntilFull({ client, admin }: Setup): Promise<string> {
  let { refreshToken } = admin;
  for (;;) {
    const response = await client.call("POST", "/external/v1/auth/refresh", { json: { refreshToken } });
    if (response.status !== 200) {
      expectError(response, "UNAVAILABLE");
      return refreshToken;
    }
    refreshToken = response.body.refreshToken;
  }
}

/** Expects that the server refuses every write with 503, that reads still work, and that nothing changed. */
async function expectReadOnly(setup: Setup): Promise<void> {
  const { client, admin, key } = setup;
  const refreshToken = await refreshUntilFull(setup);
  const { token } = admin;
  const before = await client.call("GET", `${keys}?limit=1000`, { token });
  expect(before.status).toBe(200);
  const writes: [string, string, unknown?][] = [
    ["POST", keys, { name: "x".repeat(100) }],
    ["POST", `${keys}/${key.id}/rotate`],
    ["POST", `${keys}/${key.id}/revoke`],
    ["PATCH", `${keys}/${key.id}`, { name: "y".repeat(100) }],
    ["POST", `${keys}/${key.id}/ip-allowlist`, { cidr: "203.0.113.7", note: "z".repeat(200) }],
    ["POST", "/external/v1/auth/signin", { email: admin.email, password: admin.password }],
    ["POST", "/external/v1/auth/refresh", { refreshToken }],
    ["POST", "/external/v1/auth/signout"],
  ];
  for (const [method, path, json] of writes) {
    const response = await client.call(method, path, json === undefined ? { token } : { token, json });
    expect(expectError(response, "UNAVAILABLE"), `${method} ${path}`).toContain("Retry later");
  }
  expect(await verifyStatus(client, key.clientSecret)).toBe(200);
  expect(await verifyStatus(client, `sec_${"0".repeat(48)}`)).toBe(401);
  for (const path of [
    "/external/v1/auth/me",
    "/external/v1/auth/audit",
    "/api/health",
    "/api/health/ready",
    "/metrics",
  ]) {
    expect((await client.call("GET", path, { token })).status, path).toBe(200);
  }
  const after = await client.call("GET", `${keys}?limit=1000`, { token });
  const settled = (list: Record<string, unknown>[]): unknown =>
    list.map((each) => ({ ...each, lastUsedAt: null, lastUsedIp: null }));
  expect(settled(after.body)).toEqual(settled(before.body));
}

/** Expects that the server works again without a restart, and has all confirmed writes after a restart. */
async function expectRecovered(setup: Setup, acknowledged: readonly string[]): Promise<void> {
  const { client, admin, key, databasePath } = setup;
  const created = await create(setup);
  expect(created.status, created.text).toBe(201);
  const rotated = await client.call("POST", `${keys}/${key.id}/rotate`, { token: admin.token });
  expect(rotated.status).toBe(200);
  expect(await verifyStatus(client, rotated.body.clientSecret)).toBe(200);
  expect(await verifyStatus(client, key.clientSecret)).toBe(401);
  await setup.server.stop("SIGKILL");
  const database = new Database(databasePath);
  expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
  const stored = new Set(database.prepare("select id from api_keys").pluck().all());
  for (const id of [...acknowledged, created.body.id, key.id]) expect(stored.has(id), String(id)).toBe(true);
  expect(stored.size).toBe(acknowledged.length + 2);
  database.close();
}

/** Runs a program. Returns the error message if it fails, or else null. */
function findRunError(file: string, args: readonly string[]): string | null {
  try {
    execFileSync(file, args, { stdio: "pipe", timeout: 30_000 });
    return null;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

describe("a full disk", () => {
  it("S-51 returns 503 with Retry-After, keeps reading, and recovers when there is space (tmpfs)", async ({
    skip,
    onTestFinished,
  }) => {
    const directory = useTemporaryDirectory();
    const refusal = findRunError("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", directory]);
    if (refusal !== null)
      skip(`this machine cannot mount a file system (${refusal}). The next test, with a size limit, runs everywhere`);
    onTestFinished(() => {
      execFileSync("umount", ["--lazy", directory]);
    });
    const setup = await setUp(directory);
    const filler = join(directory, "filler");
    const file = openSync(filler, "w");
    try {
      for (;;) writeSync(file, Buffer.alloc(4096));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
    closeSync(file);
    const created = await createUntilFull(setup);
    await expectReadOnly(setup);
    rmSync(filler);
    await expectRecovered(setup, created);
  });

  it("S-51 returns 503 and recovers in the same way if a file cannot grow (RLIMIT_FSIZE)", async ({ skip }) => {
    const directory = useTemporaryDirectory();
    const unlimited = findRunError("prlimit", ["--version"]);
    if (unlimited !== null) skip(`prlimit of util-linux is missing (${unlimited})`);
    const limited = ["prlimit", `--fsize=1000000:unlimited`, process.execPath, mainPath, "serve"];
    const setup = await setUp(directory, {}, limited);
    const created = await createUntilFull(setup);
    expect(created.length).toBeGreaterThan(3);
    await expectReadOnly(setup);
    execFileSync("prlimit", ["--pid", String(setup.server.child.pid), "--fsize=unlimited:unlimited"]);
    await expectRecovered(setup, created);
  });
});

describe("a failing disk", () => {
  async function setUpFaulty(
    skip: (reason: string) => never,
  ): Promise<{ setup: Setup; fail(operation: "sync" | "write" | "read" | ""): void }> {
    const directory = useTemporaryDirectory();
    const library = join(directory, "faulty-disk.so");
    const source = fileURLToPath(new URL("../support/faulty-disk.c", import.meta.url));
    if (process.platform !== "linux") skip("the faults need the libc of Linux");
    const refusal = findRunError("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"]);
    if (refusal !== null) skip(`there is no C compiler to build the faults (${refusal})`);
    const faultFile = join(directory, "fault");
    writeFileSync(faultFile, "");
    const setup = await setUp(directory, { LD_PRELOAD: library, FAULT_FILE: faultFile, FAULT_PATH: "briksync.db" });
    return { setup, fail: (operation) => writeFileSync(faultFile, operation) };
  }

  it.for(["sync", "write"] as const)(
    "S-51 on %s errors, returns no 2xx, keeps reading, and recovers without a restart",
    async (operation, { skip }) => {
      const { setup, fail } = await setUpFaulty(skip);
      const created = (await create(setup)).body.id;
      fail(operation);
      await expectReadOnly(setup);
      fail("");
      await expectRecovered(setup, [created]);
    },
  );

  it("S-51 a change that was refused because of a failed flush has no effect after kill -9", async ({ skip }) => {
    const { setup, fail } = await setUpFaulty(skip);
    const { client, admin, key, databasePath } = setup;
    fail("sync");
    const call = async (method: string, path: string, json?: unknown): Promise<void> => {
      const sent = json === undefined ? { token: admin.token } : { token: admin.token, json };
      expectError(await client.call(method, path, sent), "UNAVAILABLE");
    };
    await call("POST", keys, { name: "never" });
    await call("POST", `${keys}/${key.id}/rotate`);
    await setup.server.stop("SIGKILL");
    const again = await useServerProcess({ DATABASE_URL: `sqlite:${databasePath}`, LOG_LEVEL: "fatal" });
    const next = createHttpClient(again.url);
    expect(await verifyStatus(next, key.clientSecret)).toBe(200);
    const { body: listed } = await next.call("GET", keys, { token: admin.token });
    next.close();
    expect(listed.map(({ id }: { id: string }) => id)).toEqual([key.id]);
  });

  it("S-51 a read error counts as an outage, not as a bad credential", async ({ skip }) => {
    const { setup, fail } = await setUpFaulty(skip);
    const { client, admin, key } = setup;
    expect(
      (await client.call("PATCH", `${keys}/${key.id}`, { token: admin.token, json: { name: "fresh" } })).status,
    ).toBe(200);
    fail("read");
    const refused = await client.call("GET", "/external/v1/auth/verify", { token: key.clientSecret });
    expectError(refused, "UNAVAILABLE");
    expectError(await client.call("GET", keys, { token: admin.token }), "UNAVAILABLE");
    expect((await client.call("GET", "/api/health")).status).toBe(200);
    expect((await client.call("GET", "/api/health/ready")).status).toBe(503);
    fail("");
    expect(await verifyStatus(client, key.clientSecret)).toBe(200);
  });
});
