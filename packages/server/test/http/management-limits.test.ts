import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, createSignedIn, otherPassword, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";
/** Six calls immediately, then one per minute. The bucket does not refill while a test runs. */
const few = { MANAGEMENT_RATE_LIMIT_PER_MINUTE: "1", MANAGEMENT_RATE_LIMIT_BURST: "6" };

const quotaOf = ({ headers }: HttpResponse): (string | undefined)[] =>
  ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"].map((name) => headers[name] as string | undefined);

describe("the limit of management calls", () => {
  it("S-63 refuses a session that calls too often with Retry-After, and does not affect others", async () => {
    const server = await useTestServer(few);
    const person = await createPerson(server.deps);
    const busy = await signInPerson(server, person);
    const calm = await signInPerson(server, person);
    const key = await createTestKey(server, busy.token);
    const me = (token: string): Promise<HttpResponse> => server.call("GET", `${auth}/me`, { token });
    for (let left = 4; left >= 0; left--) {
      const response = await me(busy.token);
      expect(response.status).toBe(200);
      expect(quotaOf(response).slice(0, 2)).toEqual(["6", String(left)]);
    }
    const refused = await me(busy.token);
    expect(expectError(refused, "RATE_LIMITED")).toBe("Rate limit exceeded");
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(50);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect(quotaOf(refused).slice(0, 2)).toEqual(["6", "0"]);
    expect(Number(refused.headers["ratelimit-reset"])).toBeGreaterThan(300);
    expect(Number(refused.headers["ratelimit-reset"])).toBeLessThanOrEqual(360);

    // A refused call has no effect.
    expectError(await server.call("POST", `${auth}/keys/${key.id}/revoke`, { token: busy.token }), "RATE_LIMITED");
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    expect((await me(calm.token)).status).toBe(200);
    expect((await server.call("POST", `${auth}/signout`, { token: busy.token })).status).toBe(204);
    expectError(await me(busy.token), "UNAUTHORIZED");
    expect((await me((await createSignedIn(server)).token)).status).toBe(200);
  });

  it("S-63 the exact Retry-After is enough, and a shorter wait is not", async () => {
    const server = await useTestServer({ MANAGEMENT_RATE_LIMIT_PER_MINUTE: "60", MANAGEMENT_RATE_LIMIT_BURST: "2" });
    const { token } = await createSignedIn(server);
    const statuses: number[] = [];
    let refused: HttpResponse | undefined;
    while (refused === undefined) {
      const response = await server.call("GET", `${auth}/me`, { token });
      statuses.push(response.status);
      if (response.status === 429) refused = response;
    }
    expect(statuses.length).toBeGreaterThan(2);
    expect(refused.headers["retry-after"]).toBe("1");
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await server.call("GET", `${auth}/me`, { token })).status).toBe(200);
  });

  it("S-63 the sessions of a company share a limit, and other companies are not affected", async () => {
    const server = await useTestServer(few);
    const person = await createPerson(server.deps);
    const stranger = await createSignedIn(server);
    let passed = 0;
    let last: HttpResponse | undefined;
    for (let session = 0; session < 7; session++) {
      const { token } = await signInPerson(server, person);
      for (let call = 0; call < 6; call++) {
        last = await server.call("GET", `${auth}/me`, { token });
        if (last.status === 200) passed++;
        else expectError(last, "RATE_LIMITED");
      }
    }
    expect(passed).toBe(6 * 5);
    expect(quotaOf(last as HttpResponse).slice(0, 2)).toEqual(["30", "0"]);
    expect((await server.call("GET", `${auth}/me`, { token: stranger.token })).status).toBe(200);
  });

  it("S-63 a long list costs more than one call, depending on its number of keys", async () => {
    const server = await useTestServer({ MANAGEMENT_RATE_LIMIT_PER_MINUTE: "1", MANAGEMENT_RATE_LIMIT_BURST: "20" });
    const { token, companyId } = await createSignedIn(server);
    const left = async (path: string): Promise<number> => {
      const response = await server.call("GET", `${auth}${path}`, { token });
      expect(response.status).toBe(200);
      return Number(response.headers["ratelimit-remaining"]);
    };
    expect(await left("/keys")).toBe(19);
    await server.database.query(
      `insert into api_keys (id, company_id, name, client_id, status, created_on)
       with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)
       select 'key ' || i, ?, 'name', 'client ' || i, 'active', '2026-01-01T00:00:00.000Z' from n`,
      companyId,
    );
    expect(await left("/keys")).toBe(14);
    expect(await left("/keys?limit=200")).toBe(13);
    expect(await left("/keys?limit=201")).toBe(11);
    expect(await left("/audit")).toBe(10);
  });

  it("S-63 every management response of a known session contains its limit, also on errors", async () => {
    const server = await useTestServer();
    const admin = await createSignedIn(server);
    const member = await createSignedIn(server, { privilege: 3 });
    const free = await createSignedIn(server, { plan: "FREE" });
    const { token } = admin;
    const key = await createTestKey(server, token);
    const calls: [string, string, number, string, object?][] = [
      ["GET", "/me", 200, token],
      ["GET", "/keys", 200, token],
      ["GET", "/audit", 200, token],
      ["GET", `/keys/${key.id}`, 200, token],
      ["GET", `/keys/${key.id}/rotations`, 200, token],
      ["GET", `/keys/${key.id}/ip-allowlist`, 200, token],
      ["POST", "/keys", 201, token, { name: "x" }],
      ["POST", "/keys", 422, token, {}],
      ["POST", "/keys", 403, free.token, { name: "x" }],
      ["GET", "/keys", 403, member.token],
      ["GET", "/keys/unknown", 404, token],
      ["POST", `/keys/${key.id}/rotations/x/finish`, 404, token, {}],
      ["POST", "/password", 401, token, { currentPassword: "wrong", newPassword: otherPassword }],
      ["POST", "/refresh", 200, "", { refreshToken: admin.refreshToken }],
      ["POST", "/signin", 200, "", { email: admin.email, password: admin.password }],
      ["POST", "/signout", 204, token],
    ];
    for (const [method, path, status, by, json] of calls) {
      const response = await server.call(method, `${auth}${path}`, {
        ...(by === "" ? {} : { token: by }),
        ...(json === undefined ? {} : { json }),
      });
      expect(response.status, `${method} ${path}: ${response.text}`).toBe(status);
      for (const value of quotaOf(response)) expect(value, `${method} ${path}`).toMatch(/^\d+$/);
    }
    // Without a session, the response reveals no limit.
    for (const path of ["/me", "/keys", "/audit"]) {
      const response = await server.call("GET", `${auth}${path}`, { token });
      expectError(response, "UNAUTHORIZED");
      expect(quotaOf(response)).toEqual([undefined, undefined, undefined]);
    }
    const verified = await server.call("GET", `${auth}/verify`, { token: key.clientSecret });
    expect(quotaOf(verified)).toEqual([undefined, undefined, undefined]);
  });

  it("S-63 a session cannot refresh in a loop either, and a refused refresh leaves its token valid", async () => {
    const server = await useTestServer(few);
    const admin = await createSignedIn(server);
    const refresh = (refreshToken: string): Promise<HttpResponse> =>
      server.call("POST", `${auth}/refresh`, { json: { refreshToken } });
    let { refreshToken } = admin;
    for (let call = 0; call < 6; call++) ({ refreshToken } = (await refresh(refreshToken)).body);
    const before = await server.database.query("select session_id, used_on from refresh_tokens order by 1, 2");
    const refused = await refresh(refreshToken);
    expectError(refused, "RATE_LIMITED");
    expect(quotaOf(refused).slice(0, 2)).toEqual(["6", "0"]);
    expect(await server.database.query("select session_id, used_on from refresh_tokens order by 1, 2")).toEqual(before);
  });

  it("S-63 counts each call once, including calls with a refused body", async () => {
    const server = await useTestServer(few);
    const { token } = await createSignedIn(server);
    const left: (string | undefined)[] = [];
    for (const [body, type] of [
      ['{"name":"x"}', "application/json"],
      ["{", "application/json"],
      ["x", "text/plain"],
    ]) {
      const response = await server.call("POST", `${auth}/keys`, {
        token,
        body: body ?? "",
        headers: { "content-type": type ?? "" },
      });
      left.push(quotaOf(response)[1]);
    }
    expect(left).toEqual(["5", "4", "3"]);
  });
});

it("S-63 metrics are public: concurrent requests share one rendering, and include earlier requests", async () => {
  const server = await useTestServer();
  await server.call("GET", "/api/health");
  const responses = await Promise.all(Array.from({ length: 30 }, () => server.call("GET", "/metrics")));
  expect(new Set(responses.map(({ text }) => text)).size).toBeLessThan(5);
  for (const { text } of responses) expect(text).toContain('route="/api/health"');
  await server.call("GET", "/api/health/ready");
  expect((await server.call("GET", "/metrics")).text).toContain('route="/api/health/ready"');
});
