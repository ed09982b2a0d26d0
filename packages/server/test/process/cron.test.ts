import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withJobLease } from "../../src/domain/jobs/with-job-lease.ts";
import { countRows } from "../support/count-rows.ts";
import type { HttpClient, HttpResponse } from "../support/http-client.ts";
import { createHttpClient } from "../support/http-client.ts";
import { createTestKey, lockTestKey } from "../support/keys.ts";
import { useDependencies, useServerProcess, useTestDatabase, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

const cronSecret = "canary-cron-secret-0123456789";
const dayMs = 86_400_000;

const run = (
  client: HttpClient,
  job: string,
  token: string | undefined = cronSecret,
  query = "",
): Promise<HttpResponse> => client.call("POST", `/api/cron/${job}${query}`, token === undefined ? {} : { token });

describe("cron", () => {
  it("S-08 returns 404 without CRON_SECRET for any secret", async () => {
    const server = await useTestServer();
    for (const job of ["maintenance", "stale-keys", "x"]) {
      const response = await run(server, job);
      expect([response.status, response.body]).toEqual([
        404,
        { data: null, error: "Resource does not exist", code: "NOT_FOUND" },
      ]);
    }
  });

  it("S-08 requires the secret, and returns the documented format", async () => {
    const server = await useTestServer({ CRON_SECRET: cronSecret });
    const { token } = await createSignedIn(server);
    const wrong = [
      undefined,
      `${cronSecret}x`,
      cronSecret.slice(0, -1),
      cronSecret.toUpperCase(),
      `${cronSecret}\u00e9`,
      token,
      "x",
    ];
    for (const shown of wrong) {
      for (const job of ["maintenance", "unknown"]) {
        const headers = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
        const response = await server.call("POST", `/api/cron/${job}`, { headers });
        expect([response.status, response.body], String(shown)).toEqual([
          401,
          { data: null, error: "Unauthorized", code: "UNAUTHORIZED" },
        ]);
        expect(response.headers["www-authenticate"]).toBe('Bearer realm="briksync"');
      }
    }
    for (const authorization of [cronSecret, `Basic ${cronSecret}`, `Bearer ${cronSecret} x`]) {
      expect((await server.call("POST", "/api/cron/maintenance", { headers: { authorization } })).status).toBe(401);
    }
    expect((await run(server, "unknown")).status).toBe(404);
    expect((await run(server, "__proto__")).status).toBe(404);
    expect((await server.call("GET", "/api/cron/maintenance", { token: cronSecret })).status).toBe(404);
    expect((await run(server, "stale-keys", cronSecret, "?unusedForDays=0")).status).toBe(422);
    expect((await run(server, "stale-keys", cronSecret, "?days=1")).status).toBe(422);
  });

  it("S-10 maintenance removes expired rows and reports how many", async () => {
    const server = await useTestServer({ CRON_SECRET: cronSecret, REFRESH_TOKEN_TTL: "3600" });
    await createSignedIn(server);
    server.clock.advance(91 * dayMs);
    const first = await run(server, "maintenance");
    expect(first.status).toBe(200);
    expect(first.body).toEqual({
      data: {
        job: "maintenance",
        ran: true,
        removed: {
          idempotency_record: 0,
          secret: 0,
          refresh_token: 0,
          session: 1,
          device_token: 0,
          device_sign_in: 0,
          second_factor_sign_in: 0,
          spent_sign_in: 0,
          billing_event: 0,
          automation_token: 0,
          run_token: 0,
          spent_assertion: 0,
          trust_event: 0,
        },
      },
      error: null,
    });
    expect((await run(server, "maintenance")).body.data.removed.session).toBe(0);
  });

  it("S-10 stale-keys reports unused and old keys by company, without a secret", async () => {
    const server = await useTestServer({ CRON_SECRET: cronSecret, REFRESH_TOKEN_TTL: "31536000" });
    const acme = await createSignedIn(server, { company: "Acme" });
    const beta = await createSignedIn(server, { company: "Beta" });
    const never = await createTestKey(server, acme.token, { name: "never used" });
    const used = await createTestKey(server, acme.token, { name: "used" });
    const revoked = await createTestKey(server, acme.token, { name: "revoked" });
    await server.call("POST", `/external/v1/auth/keys/${revoked.id}/revoke`, { token: acme.token });
    const fresh = await createTestKey(server, beta.token, { name: "rotated" });
    server.clock.advance(100 * dayMs);
    expect((await server.call("GET", "/external/v1/auth/verify", { token: used.clientSecret })).status).toBe(200);
    await server.deps.usage.flush();
    await server.deps.store.transact(async ({ keys }) => {
      const id = await lockTestKey(keys, beta.companyId, fresh.id);
      await keys.updateKey(id, { rotatedOn: server.deps.now().toISOString() });
    });
    const { status, body, text } = await run(server, "stale-keys");
    expect(status).toBe(200);
    const names = (list: { name: string }[]): string[] => list.map(({ name }) => name);
    expect(
      body.data.companies.map((company: Record<string, never>) => [
        company["companyName"],
        names(company["unused"] ?? []),
        names(company["old"] ?? []),
      ]),
    ).toEqual([
      ["Acme", ["never used"], ["never used", "used"]],
      ["Beta", ["rotated"], []],
    ]);
    expect(body.data.isComplete).toBe(true);
    expect(body.data.companies[0].unused[0]).toEqual({
      keyId: never.id,
      name: "never used",
      clientId: never.clientId,
      createdOn: expect.any(String),
      rotatedOn: null,
      lastUsedAt: null,
    });
    expect(text).not.toContain("sec_");
    const lenient = await run(server, "stale-keys", cronSecret, "?unusedForDays=101&olderThanDays=101");
    expect(lenient.body.data.companies).toEqual([]);
    expect(lenient.body.data.ran).toBe(true);
  });

  it("S-12 runs once at a time over all nodes, and again after a node crashed during the job", async () => {
    const database = await useTestDatabase();
    const env = { ...database.env, CRON_SECRET: cronSecret, LOG_LEVEL: "error" };
    const nodes = [await useServerProcess(env), await useServerProcess(env)];
    const clients = nodes.map(({ url }) => createHttpClient(url));
    const [first, second] = clients;
    if (first === undefined || second === undefined) throw new Error("two nodes");
    const deps = await useDependencies(env);

    // A job that is running on another node, which holds the lease.
    const now = new Date();
    const lease = {
      job: "maintenance",
      holder: "another node",
      expiresOn: new Date(now.getTime() + 60_000).toISOString(),
    };
    expect(await deps.store.transact(({ jobs }) => jobs.takeLease(lease, now.toISOString(), lease.expiresOn))).toBe(
      true,
    );
    for (const client of clients) {
      expect((await run(client, "maintenance")).body).toEqual({
        data: { job: "maintenance", ran: false },
        error: null,
      });
      expect((await run(client, "stale-keys")).body.data.ran).toBe(true);
    }
    // That node died, so its lease expired.
    await database.query("update job_leases set expires_on = ?", new Date(now.getTime() - 1).toISOString());
    expect((await run(first, "maintenance")).body.data.ran).toBe(true);
    expect(await countRows(database, "job_leases")).toEqual([0]);

    // Both jobs start at the same time, many times. While one runs, the other does not.
    const other = await useDependencies(env);
    let running = 0;
    let done = 0;
    const work = async (): Promise<void> => {
      running += 1;
      await setTimeout(20);
      expect(running).toBe(1);
      running -= 1;
      done += 1;
    };
    for (let round = 0; round < 5; round++) {
      const results = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          withJobLease(index % 2 === 0 ? deps : other, "job", () => work().then(() => true)),
        ),
      );
      expect(results.filter((result) => result === true).length).toBeGreaterThan(0);
    }
    expect(done).toBeLessThan(30);
    for (const client of clients) client.close();
  });

  it("S-12 the lease is released if a job fails", async () => {
    const server = await useTestServer({ CRON_SECRET: cronSecret }, (deps) => ({
      ...deps,
      store: { ...deps.store, keys: { ...deps.store.keys, listStale: () => Promise.reject(new Error("broken")) } },
    }));
    const response = await run(server, "stale-keys");
    expect([response.status, response.body]).toEqual([
      500,
      { data: null, error: "An error occurred", code: "INTERNAL" },
    ]);
    expect(await countRows(server.database, "job_leases")).toEqual([0]);
  });
});
