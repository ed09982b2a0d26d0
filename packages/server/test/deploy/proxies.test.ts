import { expect, it } from "vitest";
import type { ErrorType } from "../../src/errors.ts";
import { clientAddress, describeProxies } from "../support/describe-proxies.ts";
import { expectError } from "../support/expect-error.ts";
import { asBearer, asPair } from "../support/keys.ts";
import { type Headers, readApiHeaders } from "../support/proxied-requests.ts";

const keys = "/external/v1/auth/keys";
const verify = "/external/v1/auth/verify";

describeProxies((api) => {
  const { name, setup, key, unreachableStatus, create, call, expectIdentity, expectRefusal } = api;

  it("S-30 accepts a valid key in both forms, and passes its identity without its secret", async () => {
    for (const headers of [asBearer(key), asPair(key)]) {
      const seen = readApiHeaders(await call(headers));
      expectIdentity(seen, key);
      expect(["authorization", "x-api-key", "x-api-secret"].filter((header) => seen.has(header))).toEqual([]);
      expect(JSON.stringify([...seen])).not.toContain(key.clientSecret);
    }
  });

  it("S-11 S-30 refuses missing, wrong, foreign and partial credentials like briksync, without a call to the API", async () => {
    const other = await create();
    const cases: [Headers, ErrorType][] = [
      [{}, "MISSING_CREDENTIALS"],
      [asBearer({ ...key, clientSecret: `sec_${"0".repeat(48)}` }), "INVALID_CREDENTIALS"],
      [asPair({ ...key, clientSecret: other.clientSecret }), "INVALID_CREDENTIALS"],
      [asPair({ ...key, clientId: other.clientId }), "INVALID_CREDENTIALS"],
      [{ "x-api-key": key.clientId }, "BAD_REQUEST"],
      [{ ...asPair(key), ...asBearer(key) }, "BAD_REQUEST"],
      [{ authorization: `Basic ${Buffer.from("a:b").toString("base64")}` }, "BAD_REQUEST"],
    ];
    for (const [headers, type] of cases) {
      const message = await expectRefusal(headers, type);
      const direct = expectError(await setup.direct.call("GET", verify, { headers }), type);
      // nginx cannot read the response body, which describes a BAD_REQUEST in detail.
      expect(message).toBe(name === "nginx" && type === "BAD_REQUEST" ? "The request could not be parsed" : direct);
      await expectRefusal(headers, type, { body: "x".repeat(100_000) });
    }
  });

  it("S-13 refuses a revoked key from the 2xx of the revocation on, under load", async () => {
    const doomed = await create();
    let revokedAt = Number.POSITIVE_INFINITY;
    let accepted = 0;
    const late: number[] = [];
    const ask = async (): Promise<void> => {
      for (let refused = 0; refused < 20; ) {
        const startedAt = performance.now();
        const { status } = await call(asBearer(doomed));
        if (status !== 200) refused += 1;
        else if (startedAt > revokedAt) late.push(startedAt - revokedAt);
        else accepted += 1;
      }
    };
    const load = Promise.all(Array.from({ length: 4 }, ask));
    await expect.poll(() => accepted, { timeout: 45_000 }).toBeGreaterThan(50);
    const { status } = await setup.direct.call("POST", `${keys}/${doomed.id}/revoke`, { token: setup.admin.token });
    revokedAt = performance.now();
    expect(status).toBe(200);
    await expectRefusal(asBearer(doomed), "INVALID_CREDENTIALS");
    await load;
    expect(late).toEqual([]);
  });

  it("S-20 S-23 checks a key's allowlist against the addresses of the proxy's clients", async () => {
    const restricted = await create("127.0.0.3");
    const seen = readApiHeaders(await call(asBearer(restricted), { localAddress: "127.0.0.3" }));
    expect(seen.get("x-forwarded-for")).toEqual(["127.0.0.3"]);
    expect(await expectRefusal(asBearer(restricted), "IP_NOT_ALLOWED")).toBe(
      "This key does not allow the IP address 127.0.0.2, which this request came from",
    );
    const wrong = asPair({ ...restricted, clientSecret: key.clientSecret });
    await expectRefusal(wrong, "INVALID_CREDENTIALS");
    await expectRefusal(wrong, "INVALID_CREDENTIALS", { localAddress: "127.0.0.3" });
  });

  it("S-31 returns 429 with Retry-After while the key's bucket is empty, and 200 afterwards", async () => {
    const limited = await create();
    await setup.database.query("update api_keys set rate_per_minute = 30, rate_burst = 1 where id = ?", limited.id);
    expect((await call(asBearer(limited))).status).toBe(200);
    const before = await setup.countRequests();
    const refused = await call(asBearer(limited));
    expect(expectError(refused, "RATE_LIMITED")).toBe("Rate limit exceeded");
    expect(await setup.countRequests()).toBe(before);
    const retryAfterSeconds = Number(refused.headers["retry-after"]);
    expect(retryAfterSeconds).toBeLessThanOrEqual(2);
    await new Promise((resolve) => setTimeout(resolve, retryAfterSeconds * 1000));
    expect((await call(asBearer(limited))).status).toBe(200);
  });

  it("S-30 returns 403 for a key of a company on a plan without API keys", async () => {
    const setPlan = (plan: string) =>
      setup.database.query("update companies set plan = ? where id = ?", plan, setup.admin.companyId);
    await setPlan("FREE");
    try {
      expect(await expectRefusal(asBearer(key), "PLAN_UPGRADE_REQUIRED")).toContain("Settings → Billing");
    } finally {
      await setPlan("BUSINESS");
    }
    expect((await call(asBearer(key))).status).toBe(200);
  });

  it("does not change error responses of the API", async () => {
    for (const status of [400, 401, 403, 404, 429, 500, 503]) {
      const response = await call(asBearer(key), { path: `/status/${status}` });
      expect(response.status).toBe(status);
      expect(response.body).toMatchObject({ url: `/status/${status}` });
    }
  });

  it("serves briksync under its own name with the client's address, and hides its internal endpoints", async () => {
    const { briksync } = setup.proxy;
    const { token } = setup.admin;
    const spoof = { "x-forwarded-for": "203.0.113.7" };
    const me = await briksync.call("GET", "/external/v1/auth/me", {
      token,
      localAddress: clientAddress,
      headers: spoof,
    });
    expect(me.status, me.text).toBe(200);
    expect(me.body.ip).toBe(clientAddress);
    expect((await briksync.call("GET", "/api/health")).status).toBe(200);
    for (const path of ["/metrics", "/%6detrics", "//metrics", "/./metrics", "/metrics?x=1", "/api/health/ready"]) {
      expect((await briksync.call("GET", path)).status, path).toBe(404);
    }
  });

  it("refuses all requests while briksync is down, and recovers without a restart", async () => {
    expect((await call(asBearer(key))).status).toBe(200);
    await setup.stopBriksync();
    const before = await setup.countRequests();
    const refused = await call(asBearer(key));
    expect(refused.status).toBe(unreachableStatus);
    if (name === "nginx") {
      expect(refused.body.error).toMatchObject({ code: 503, type: "UNAVAILABLE" });
      expect(refused.headers["retry-after"]).toBe("2");
    }
    expect(await setup.countRequests()).toBe(before);
    await setup.startBriksync();
    expect((await call(asBearer(key))).status).toBe(200);
    // The old connections are dead. No client may lose a request because of them.
    await setup.stopBriksync();
    await setup.startBriksync();
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call(asBearer(key))).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    await expectRefusal({}, "MISSING_CREDENTIALS");
  });

  it("S-36 writes no secret to its log, even on errors", async () => {
    const { authorization } = asBearer(key);
    const doubled = { authorization: [`${authorization}`, `${authorization}`] };
    const all = [asBearer(key), asPair(key), doubled, { ...asPair(key), ...asBearer(key) }];
    for (const headers of all) await call(headers);
    await setup.stopBriksync();
    for (const headers of all) await call(headers);
    await setup.startBriksync();
    const logged = setup.proxy.output();
    expect(logged).not.toContain(key.clientSecret);
    expect(logged).toMatch(/connection refused/i);
  });
});
