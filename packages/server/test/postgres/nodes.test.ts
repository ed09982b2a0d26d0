import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Dependencies } from "../../src/domain/dependencies.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpClient } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, otherPassword, type SignedIn, signInPerson } from "../support/people.ts";
import { runRevokeRounds } from "../support/revoke-rounds.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const auth = "/external/v1/auth";

describe("three nodes on one database", () => {
  let database: TestDatabase;
  let servers: ServerProcess[];
  let clients: HttpClient[];
  let deps: Dependencies;
  beforeAll(async () => {
    database = await createTestDatabase();
    const env = { ...database.env, LOG_LEVEL: "error" };
    servers = await Promise.all([spawnServer(env), spawnServer(env), spawnServer(env)]);
    clients = servers.map(({ url }) => createHttpClient(url));
    deps = await openDependencies(env);
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await Promise.all(servers.map((server) => server.stop()));
    await deps.store.close();
    await database.remove();
  });

  const node = (index: number): HttpClient => {
    const client = clients[index % clients.length];
    if (client === undefined) throw new RangeError("There is no such node");
    return client;
  };
  const onAll = <T>(call: (client: HttpClient) => Promise<T>): Promise<T[]> => Promise.all(clients.map(call));
  const meStatus = (token: string) => async (client: HttpClient) =>
    (await client.call("GET", `${auth}/me`, { token })).status;
  const post = (index: number, path: string, token: string, json: unknown = {}) =>
    node(index).call("POST", `${auth}/${path}`, { token, json });

  it("S-07 sign-out and password change apply on every node from the response on", async () => {
    const person = await createPerson(deps);
    const sessions = [];
    for (let index = 0; index < 3; index++) sessions.push(await signInPerson(node(index), person));
    const [leaving, changing, ended] = sessions as [SignedIn, SignedIn, SignedIn];
    expect(await onAll(meStatus(leaving.token))).toEqual([200, 200, 200]);
    expect((await post(1, "signout", leaving.token)).status).toBe(204);
    expect(await onAll(meStatus(leaving.token))).toEqual([401, 401, 401]);
    const passwords = { currentPassword: person.password, newPassword: otherPassword };
    expect((await post(2, "password", changing.token, passwords)).status).toBe(204);
    expect(await onAll(meStatus(ended.token))).toEqual([401, 401, 401]);
    expect(await onAll(meStatus(changing.token))).toEqual([200, 200, 200]);
    const refreshed = await onAll((client) =>
      client.call("POST", `${auth}/refresh`, { json: { refreshToken: ended.refreshToken } }),
    );
    for (const response of refreshed) expectError(response, "UNAUTHORIZED");
  });

  it("S-07 changes of role and plan, and disabling, apply on every node from the commit on", async () => {
    const admin = await signInPerson(node(0), await createPerson(deps));
    const create = async (client: HttpClient): Promise<string> => {
      const { status, body } = await client.call("POST", `${auth}/keys`, { token: admin.token, json: { name: "CRM" } });
      return body.error?.type ?? String(status);
    };
    expect(await onAll(create)).toEqual(["201", "201", "201"]);
    await deps.store.transact(({ users }) => users.setPlan(admin.companyId, "PRO"));
    expect(await onAll(create)).toEqual(Array(3).fill("PLAN_UPGRADE_REQUIRED"));
    await deps.store.transact(({ users }) => users.setPlan(admin.companyId, "BUSINESS"));
    await database.query("update memberships set privilege = 3 where user_id = ?", admin.userId);
    expect(await onAll(create)).toEqual(Array(3).fill("FORBIDDEN"));
    await deps.store.transact(({ users }) => users.setDisabled(admin.userId, new Date().toISOString()));
    expect(await onAll(meStatus(admin.token))).toEqual([401, 401, 401]);
  });

  it("S-06 concurrent exchanges of a refresh token on all nodes return one successor, and the session stays", async () => {
    const person = await createPerson(deps);
    for (let round = 0; round < 15; round++) {
      const { refreshToken } = await signInPerson(node(round), person);
      const responses = await onAll((client) => client.call("POST", `${auth}/refresh`, { json: { refreshToken } }));
      expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(new Set(responses.map(({ body }) => body.refreshToken)).size).toBe(1);
      expect(await onAll(meStatus(responses[0]?.body.accessToken))).toEqual([200, 200, 200]);
    }
  });

  it("S-06 a switch and concurrent refreshes leave the session at most one valid refresh token", async () => {
    const person = await createPerson(deps);
    for (let round = 0; round < 10; round++) {
      const { token, refreshToken } = await signInPerson(node(round), person);
      await Promise.all([
        post(round, "switch-company", token, { companyId: person.companyId }),
        node(round + 1).call("POST", `${auth}/refresh`, { json: { refreshToken } }),
        node(round + 2).call("POST", `${auth}/refresh`, { json: { refreshToken } }),
      ]);
    }
    const live = await database.query(
      "select session_id from refresh_tokens join sessions on sessions.id = session_id where used_on is null and user_id = ? group by session_id having count(*) > 1",
      person.userId,
    );
    expect(live).toEqual([]);
  });

  it("S-07 a password change ends all concurrent sign-ins with the old password", async () => {
    for (let round = 0; round < 6; round++) {
      const person = await createPerson(deps);
      const { token } = await signInPerson(node(0), person);
      const credentials = { email: person.email, password: person.password };
      const signIn = (client: HttpClient) => client.call("POST", `${auth}/signin`, { json: credentials });
      const passwords = { currentPassword: person.password, newPassword: otherPassword };
      const [changed, ...signedIn] = await Promise.all([
        post(round, "password", token, passwords),
        ...clients.map(signIn),
        ...clients.map(signIn),
      ]);
      expect(changed?.status).toBe(204);
      for (const { status, body } of signedIn) {
        expect([200, 401]).toContain(status);
        if (status === 200) expect(await onAll(meStatus(body.accessToken))).toEqual([401, 401, 401]);
      }
    }
  });

  it("lastUsedAt of a call on one node is visible on the others within 5 seconds", async () => {
    const admin = await signInPerson(node(0), await createPerson(deps));
    const key = await createTestKey(node(0), admin.token);
    expect(await verifyStatus(node(1), key.clientSecret)).toBe(200);
    const read = async () =>
      (await node(2).call("GET", `${auth}/keys/${key.id}`, { token: admin.token })).body.lastUsedAt;
    await expect.poll(read, { interval: 200 }).not.toBeNull();
  });

  /** Sends verify calls with one key to nodes continuously, and counts the accepted ones. */
  async function flood(secret: string, over: readonly HttpClient[], seconds: number) {
    const startedMs = performance.now();
    const count = { passed: 0, refused: 0, seconds: 0 };
    const ask = async (client: HttpClient): Promise<void> => {
      while (performance.now() - startedMs < seconds * 1000) {
        const { status, headers } = await client.call("GET", `${auth}/verify`, { token: secret });
        if (status === 200) count.passed++;
        else if (status === 429) {
          count.refused++;
          expect(Number(headers["retry-after"])).toBeGreaterThanOrEqual(1);
        } else throw new Error(`verify answered ${status}`);
      }
    };
    await Promise.all(over.flatMap((client) => [ask(client), ask(client), ask(client), ask(client)]));
    count.seconds = (performance.now() - startedMs) / 1000;
    return count;
  }

  const readLedgerWrites = async (): Promise<number> => {
    const [row] = await database.query(
      "select n_tup_ins + n_tup_upd as writes from pg_stat_user_tables where relname = 'token_debts'",
    );
    return Number(row?.["writes"] ?? 0);
  };

  it("S-31 a key flooded over three nodes stays within the documented bound, without a write per request", async () => {
    const admin = await signInPerson(node(0), await createPerson(deps));
    const { clientSecret } = await createTestKey(node(0), admin.token);
    const { passed, refused, seconds } = await flood(clientSecret, clients, 5);
    expect(passed).toBeGreaterThanOrEqual(120);
    // burst × (1 + N / 10) + rate × T × (1 + N / 20), see `shared-token-buckets.ts`.
    expect(passed).toBeLessThanOrEqual(120 * 1.3 + 10 * seconds * 1.15 + 1);
    expect(refused).toBeGreaterThan(passed);
    // Each connection reports its statistics within about a second.
    await setTimeout(1_500);
    const writes = await readLedgerWrites();
    expect(writes).toBeGreaterThan(0);
    expect(writes).toBeLessThanOrEqual(passed / 12 + 3);
  });

  it("S-31 a key used on only one of the nodes has exactly its limits there", async () => {
    const admin = await signInPerson(node(0), await createPerson(deps));
    const { clientSecret } = await createTestKey(node(0), admin.token);
    const { passed, seconds } = await flood(clientSecret, [node(1)], 3);
    expect(passed).toBeGreaterThanOrEqual(120 + Math.floor(10 * (seconds - 0.5)));
    expect(passed).toBeLessThanOrEqual(120 + 10 * seconds + 1);
  });

  it("S-31 a key used below a twentieth of its rate causes no write", async () => {
    const admin = await signInPerson(node(0), await createPerson(deps));
    const keys = await Promise.all(Array.from({ length: 20 }, () => createTestKey(node(0), admin.token)));
    for (let round = 0; round < 3; round++) {
      await Promise.all(keys.flatMap(({ clientSecret }) => onAll((client) => verifyStatus(client, clientSecret))));
    }
    await setTimeout(1_500);
    // A row stays for more than a minute, so a row that was written still exists.
    const ids = keys.map(({ id }) => `'${id}'`).join();
    expect(await database.query(`select * from token_debts where key_id in (${ids})`)).toEqual([]);
  });
});

it("S-13 after the 2xx of a revoke, none of three nodes accepts the key under load", async () => {
  const database = await createTestDatabase();
  const report = await runRevokeRounds(database.env, { nodes: 3, revokes: 100 });
  await database.remove();
  expect(report.acceptsBefore).toBeGreaterThan(report.revokes);
  expect(report.refusalsAfter).toBe(report.revokes * 3 * 2);
  expect(report.acceptsAfter).toBe(0);
}, 120_000);
