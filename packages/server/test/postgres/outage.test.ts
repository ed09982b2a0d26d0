import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpResponse } from "../support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { type OwnPostgres, startOwnPostgres } from "../support/own-postgres.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import { runCommand } from "../support/run-command.ts";
import { spawnServer } from "../support/spawn-server.ts";
import { startTestServer, type TestServer } from "../support/start-server.ts";

const keys = "/external/v1/auth/keys";

describe("during a database outage", () => {
  let postgres: OwnPostgres;
  let server: TestServer;
  let admin: SignedIn;
  let key: TestKey;
  beforeAll(async () => {
    postgres = await startOwnPostgres();
    const limits = {
      RATE_LIMIT_PER_MINUTE: "100000000",
      RATE_LIMIT_BURST: "100000000",
      MANAGEMENT_RATE_LIMIT_BURST: "100000000",
    };
    server = await startTestServer({ ...postgres.env, ...limits });
    admin = await createSignedIn(server);
    key = await createTestKey(server, admin.token);
  });
  afterAll(async () => {
    await server.stop();
    await postgres.remove();
  });
  beforeEach(async () => {
    postgres.proxy.restore();
    await expect.poll(isReady).toBe(200);
  });

  const isReady = async (): Promise<number> => (await server.call("GET", "/api/health/ready")).status;
  const verify = (): Promise<HttpResponse> =>
    server.call("GET", "/external/v1/auth/verify", { token: key.clientSecret });
  const list = (): Promise<HttpResponse> => server.call("GET", keys, { token: admin.token });
  const create = (name: string): Promise<HttpResponse> =>
    server.call("POST", keys, { token: admin.token, json: { name } });
  const listNames = async (): Promise<string[]> => (await list()).body.map(({ name }: { name: string }) => name);

  it.each(["stop", "crash"] as const)(
    "S-52 every call returns 503 after its %s, and the server recovers without a restart",
    async (how) => {
      await postgres.server[how]();
      for (const call of [verify, list, () => create("never")]) expectError(await call(), "UNAVAILABLE");
      expect(await isReady()).toBe(503);
      expect((await server.call("GET", "/api/health")).status).toBe(200);
      await postgres.server.start();
      expect((await verify()).status).toBe(200);
      expect((await create(`after ${how}`)).status).toBe(201);
      expect(await isReady()).toBe(200);
      expect(await listNames()).not.toContain("never");
    },
  );

  it("S-52 connections that broke while idle cause no errors", async () => {
    for (let round = 0; round < 5; round++) {
      await Promise.all([verify(), list(), create(`round ${round}`), verify(), list()]);
      await postgres.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
      );
      const responses = await Promise.all([verify(), list(), create(`after round ${round}`), verify(), list()]);
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 201, 200, 200]);
    }
  });

  it("S-52 a network that drops all packets causes 503, and 200 after it recovers", async () => {
    await Promise.all([verify(), list()]);
    postgres.proxy.silence();
    for (const each of await Promise.all([verify(), list(), create("swallowed")])) expectError(each, "UNAVAILABLE");
    expect(await isReady()).toBe(503);
    postgres.proxy.restore();
    await expect.poll(isReady).toBe(200);
    expect((await verify()).status).toBe(200);
    expect(await listNames()).not.toContain("swallowed");
  }, 60_000);

  it("S-52 thousands of verifications during a silent outage wait no longer than the documented bound", async () => {
    await verify();
    postgres.proxy.silence();
    const refuse = async (count: number): Promise<number[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const startedMs = performance.now();
          await expect(server.deps.store.findLiveSecret(randomBytes(32))).rejects.toThrow(StoreUnavailableError);
          return performance.now() - startedMs;
        }),
      );
    const early = refuse(5_000);
    await setTimeout(3_000);
    // These arrive while both connections are silent and nothing is sent.
    const durations = [...(await Promise.all([early, refuse(1_000)])).flat()];
    // A call waits 1.5 s. Two statements that were already sent wait 6 s on open or new connections.
    expect(durations.filter((durationMs) => durationMs > 3_000).length).toBeLessThanOrEqual(4 * 200);
    expect(Math.max(...durations)).toBeLessThan(8_000);
  }, 40_000);

  it("S-52 an unconfirmed commit that succeeded is reported as done", async () => {
    const cut = postgres.proxy.cutAt("commit\0", "after");
    const response = await create("answer lost");
    await cut;
    expect(response.status).toBe(201);
    expect(await verifyStatus(server, response.body.clientSecret)).toBe(200);
    expect((await listNames()).filter((name) => name === "answer lost")).toHaveLength(1);
  });

  it("S-52 a commit that never arrived is reported as 503", async () => {
    const cut = postgres.proxy.cutAt("commit\0", "before");
    const response = await create("commit lost");
    await cut;
    expectError(response, "UNAVAILABLE");
    expect(await listNames()).not.toContain("commit lost");
  });

  it("S-52 a commit that is still running when its connection breaks is awaited, and reported as done", async () => {
    await postgres.query(`
      create function take_long() returns trigger language plpgsql as $$ begin perform pg_sleep(1); return null; end $$;
      create constraint trigger commit_takes_long after insert on api_keys deferrable initially deferred
        for each row execute function take_long();`);
    try {
      const cut = postgres.proxy.cutAt("commit\0", "after");
      const response = await create("under way");
      await cut;
      expect(response.status).toBe(201);
      expect(await verifyStatus(server, response.body.clientSecret)).toBe(200);
    } finally {
      await postgres.query("drop function take_long cascade");
    }
    expect((await listNames()).filter((name) => name === "under way")).toHaveLength(1);
  });

  it.each(["before", "after"] as const)(
    "S-52 a commit whose connection is cut %s it passes, with a lasting outage, is reported as unknown",
    async (when) => {
      const name = `unknown ${when}`;
      const cut = postgres.proxy.cutAt("commit\0", when, true);
      const response = await create(name);
      await cut;
      postgres.proxy.restore();
      expect(expectError(response, "INTERNAL")).toContain("cannot tell whether the change was saved");
      expect((await listNames()).includes(name)).toBe(when === "after");
    },
    40_000,
  );

  it("S-52 a change that waits too long for a lock returns 503, and verify responds in the meantime", async () => {
    const holder = await postgres.connect();
    await holder.query("begin");
    await holder.query("select * from audit_heads for update");
    // More changes than there are connections for changes.
    let isWaiting = true;
    const changes = Promise.all(Array.from({ length: 20 }, (_, index) => create(`locked out ${index}`))).finally(() => {
      isWaiting = false;
    });
    for (let round = 0; round < 5; round++) expect((await verify()).status).toBe(200);
    expect(isWaiting).toBe(true);
    for (const response of await changes) expectError(response, "UNAVAILABLE");
    await holder.query("rollback");
    await holder.end();
    expect((await create("unlocked")).status).toBe(201);
    expect((await listNames()).filter((name) => name.startsWith("locked out"))).toEqual([]);
  }, 40_000);

  it("S-52 reads continue while every bucket's ledger entry waits", async () => {
    const { tokenLedger } = server.deps.store;
    const holder = await postgres.connect();
    await holder.query("begin");
    await holder.query("lock table token_debts");
    // More charges than there are connections of any kind.
    let isWaiting = true;
    const charges = Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        tokenLedger?.charge({ keyId: `key ${index}`, takenMs: 1_000, debtMs: 1_000 }),
      ),
    ).finally(() => {
      isWaiting = false;
    });
    for (let round = 0; round < 3; round++) expect((await list()).status).toBe(200);
    expect(isWaiting).toBe(true);
    expect(new Set((await charges).map(({ status }) => status))).toEqual(new Set(["rejected"]));
    await holder.query("rollback");
    await holder.end();
  }, 20_000);

  it("S-52 a read-only database accepts no change, and readiness reports it", async () => {
    await postgres.query("alter system set default_transaction_read_only = on");
    await postgres.query("select pg_reload_conf()");
    await expect.poll(isReady).toBe(503);
    expectError(await create("not written"), "UNAVAILABLE");
    const client = await postgres.connect();
    await client.query("set default_transaction_read_only = off");
    await client.query("alter system reset default_transaction_read_only");
    await client.query("select pg_reload_conf()");
    await client.end();
    await expect.poll(isReady).toBe(200);
    await expect.poll(async () => (await create("written")).status).toBe(201);
  });

  it("S-35 a node drains and exits even if the database does not respond", async () => {
    const own = await spawnServer({ ...postgres.env, LOG_LEVEL: "fatal" });
    const client = createHttpClient(own.url);
    // These calls open all kinds of connections, and leave a last-used time to write.
    expect(await verifyStatus(client, key.clientSecret)).toBe(200);
    expect((await client.call("GET", keys, { token: admin.token })).status).toBe(200);
    expect(await verifyStatus(client, key.clientSecret)).toBe(200);
    client.close();
    postgres.proxy.silence();
    expect(await own.stop()).toMatchObject({ code: 0 });
  }, 30_000);

  it("S-52 a node that cannot start gives the reason in one line, without the password", async () => {
    const password = new URL(postgres.env["DATABASE_URL"] ?? "").password;
    const attempts: [Partial<URL>, RegExp][] = [
      [{ port: "1" }, /ECONNREFUSED/],
      [{ pathname: "/nowhere" }, /database "nowhere" does not exist/],
      [{ password: "wrong" }, /password authentication failed/],
      [{ search: "?sslmode=require" }, /does not support SSL/],
    ];
    for (const [change, reason] of attempts) {
      const url = Object.assign(new URL(postgres.env["DATABASE_URL"] ?? ""), change);
      const { code, stdout, stderr } = await runCommand(["serve"], { ...postgres.env, DATABASE_URL: url.href });
      expect([code, stdout]).toEqual([1, ""]);
      expect(stderr).toMatch(reason);
      expect(stderr.trimEnd().split("\n")).toHaveLength(1);
      expect(stderr).not.toContain(password);
    }
  });

  it("S-13 a standby is not used, not even for reads, because its data may be older than a revocation", async () => {
    await postgres.server.stop();
    await postgres.server.start({ asStandby: true });
    expect((await postgres.query("select pg_is_in_recovery() as standby"))[0]).toEqual({ standby: true });
    expectError(await verify(), "UNAVAILABLE");
    expectError(await list(), "UNAVAILABLE");
    expectError(await create("on a standby"), "UNAVAILABLE");
    expect(await isReady()).toBe(503);
    await postgres.server.stop();
    await postgres.server.start();
    expect((await verify()).status).toBe(200);
    expect((await create("on the primary")).status).toBe(201);
  });
});
