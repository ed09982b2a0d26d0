import { describe, expect, it } from "vitest";
import { type ErrorType, errorCatalogue } from "../../src/errors.ts";
import { verifyRefusals } from "../support/declared-errors.ts";
import { expectError } from "../support/expect-error.ts";
import { asBearer, asPair, createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import { type Headers, useVerifyCalls } from "../support/verify-calls.ts";

const keys = "/external/v1/auth/keys";

describe("verify", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_BURST: "10000" });
  const admin = useAdmin(server);
  const { key, ask } = useVerifyCalls(server, admin);

  describe("credentials", () => {
    it("S-30 returns the key for both documented forms, in body and headers", async () => {
      for (const headers of [asPair(key), asBearer(key), { authorization: `bearer  ${key.clientSecret} ` }]) {
        const response = await ask(headers);
        expect(response.status).toBe(200);
        expect(response.headers["cache-control"]).toBe("no-store");
        expect(response.body).toEqual({
          keyId: key.id,
          clientId: key.clientId,
          companyId: admin.companyId,
          companyName: admin.companyName,
          name: "CRM Integration",
          secret: "current",
        });
        expect(response.headers).toMatchObject({
          "x-briksync-key-id": key.id,
          "x-briksync-client-id": key.clientId,
          "x-briksync-company-id": admin.companyId,
        });
      }
    });

    it("S-30 returns 401 without credentials, and 400 if it cannot parse them", async () => {
      expect(expectError(await ask({}), "MISSING_CREDENTIALS")).toBe("Missing API credentials");
      const half = "Send both x-api-key and x-api-secret. One of them is missing";
      const both = "Send either x-api-key and x-api-secret, or Authorization: Bearer, but not both";
      const form = "The Authorization header must have the form: Bearer <clientSecret>";
      const cases: [Headers, string][] = [
        [{ "x-api-key": key.clientId }, half],
        [{ "x-api-secret": key.clientSecret }, half],
        [{ "x-api-key": "", "x-api-secret": key.clientSecret }, half],
        [{ "x-api-key": key.clientId, "x-api-secret": "" }, half],
        [{ ...asPair(key), ...asBearer(key) }, both],
        [{ "x-api-key": key.clientId, ...asBearer(key) }, both],
        [{ "x-api-secret": key.clientSecret, ...asBearer(key) }, both],
        [{ authorization: key.clientSecret }, form],
        [{ authorization: `Basic ${Buffer.from("a:b").toString("base64")}` }, form],
        [{ authorization: "Bearer" }, form],
        [{ authorization: `Bearer ${key.clientId} ${key.clientSecret}` }, form],
      ];
      for (const [headers, message] of cases) {
        expect(expectError(await ask(headers), "BAD_REQUEST"), JSON.stringify(headers)).toBe(message);
      }
    });

    it("S-11 returns the same 401 for wrong, unknown, foreign, revoked and superseded credentials", async () => {
      const revoked = await createTestKey(server, admin.token);
      await server.call("POST", `${keys}/${revoked.id}/revoke`, { token: admin.token });
      const rotated = await createTestKey(server, admin.token);
      await server.call("POST", `${keys}/${rotated.id}/rotate`, { token: admin.token });
      const other = await createTestKey(server, admin.token);
      const wrong: Headers[] = [
        asPair({
          ...key,
          clientSecret: `${key.clientSecret.slice(0, -1)}${key.clientSecret.endsWith("0") ? "1" : "0"}`,
        }),
        asPair({ ...key, clientSecret: other.clientSecret }),
        asPair({ ...key, clientId: other.clientId }),
        asPair({ ...key, clientId: `api_${"0".repeat(24)}` }),
        asPair({ ...key, clientId: key.clientId.toUpperCase() }),
        asPair({ ...key, clientId: "__proto__" }),
        asPair(revoked),
        asBearer(revoked),
        asPair(rotated),
        asBearer(rotated),
        asBearer({ ...key, clientSecret: key.clientSecret.toUpperCase() }),
        asBearer({ ...key, clientSecret: `sec_${"0".repeat(48)}` }),
        asBearer({ ...key, clientSecret: "x" }),
        asBearer({ ...key, clientSecret: "x".repeat(8_000) }),
        asBearer({ ...key, clientSecret: key.clientId }),
        asBearer({ ...key, clientSecret: admin.token }),
      ];
      const seen = new Set<string>();
      for (const headers of wrong) {
        const response = await ask(headers);
        expect(expectError(response, "INVALID_CREDENTIALS")).toBe("Invalid API credentials");
        const bytes = [response.status, ...response.rawHeaders, response.text].join("\n");
        seen.add(bytes.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)").replaceAll(/\w{3}, \d\d .* GMT/g, "(date)"));
      }
      expect([...seen]).toHaveLength(1);
    });
  });

  describe("order of decisions", () => {
    /** Each fault on its own, in the order in which the server checks them. */
    const faults: readonly { name: string; type: ErrorType; breakIt(subject: Subject): void | Promise<void> }[] = [
      {
        name: "both forms together",
        type: "BAD_REQUEST",
        breakIt: (subject) => {
          subject.isDoubled = true;
        },
      },
      {
        name: "foreign client ID",
        type: "INVALID_CREDENTIALS",
        breakIt: (subject) => {
          subject.clientId = `api_${"0".repeat(24)}`;
        },
      },
      {
        name: "address not allowed",
        type: "IP_NOT_ALLOWED",
        breakIt: async ({ key: { id }, owner }) => {
          await server.call("POST", `${keys}/${id}/ip-allowlist`, {
            token: owner.token,
            json: { cidr: "203.0.113.0/24" },
          });
        },
      },
      {
        name: "empty bucket",
        type: "RATE_LIMITED",
        breakIt: async ({ key: { id, clientSecret } }) => {
          await server.database.query("update api_keys set rate_per_minute = 1, rate_burst = 1 where id = ?", id);
          await verifyStatus(server, clientSecret, { "x-forwarded-for": "203.0.113.7" });
        },
      },
      {
        name: "plan without keys",
        type: "PLAN_UPGRADE_REQUIRED",
        breakIt: async ({ owner }) => {
          await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
        },
      },
    ];
    interface Subject {
      owner: SignedIn;
      key: TestKey;
      clientId: string;
      isDoubled: boolean;
    }
    it("S-30 has a fault for every refusal that openapi.json declares", () => {
      const tried: ErrorType[] = ["MISSING_CREDENTIALS", ...faults.map(({ type }) => type)];
      expect(tried.toSorted()).toEqual(verifyRefusals.toSorted());
    });

    const pairs = faults.flatMap((first, index) => faults.slice(index).map((second) => [first, second] as const));

    it.each(pairs.map(([first, second]) => ({ first, second, what: `${first.name} and ${second.name}` })))(
      "S-30 for $what, returns the error of the earlier one",
      async ({ first, second }) => {
        const owner = await createSignedIn(server);
        const subject: Subject = {
          owner,
          key: await createTestKey(server, owner.token),
          clientId: "",
          isDoubled: false,
        };
        subject.clientId = subject.key.clientId;
        const { clientSecret } = subject.key;
        expect(await verifyStatus(server, clientSecret)).toBe(200);
        await first.breakIt(subject);
        if (second !== first) await second.breakIt(subject);
        const response = await ask({
          "x-api-key": subject.clientId,
          "x-api-secret": clientSecret,
          ...(subject.isDoubled ? { authorization: `Bearer ${clientSecret}` } : {}),
          "x-forwarded-for": "198.51.100.7",
        });
        expectError(response, first.type);
        expect(response.status).toBe(errorCatalogue[first.type].status);
        expect(response.headers["x-briksync-key-id"]).toBeUndefined();
      },
    );

    it("S-30 accepts BUSINESS and PRO, and tells FREE how to upgrade", async () => {
      const owner = await createSignedIn(server);
      const { clientSecret } = await createTestKey(server, owner.token);
      await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "PRO"));
      expect(await verifyStatus(server, clientSecret)).toBe(200);
      await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
      expect(expectError(await ask({ authorization: `Bearer ${clientSecret}` }), "PLAN_UPGRADE_REQUIRED")).toContain(
        "Settings → Billing",
      );
      await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "BUSINESS"));
      expect(await verifyStatus(server, clientSecret)).toBe(200);
    });
  });

  it("S-31 lastUsedAt and lastUsedIp are written within five seconds, without another call", async () => {
    const used = await createTestKey(server, admin.token);
    const before = Date.now();
    expect(await verifyStatus(server, used.clientSecret, { "x-forwarded-for": "203.0.113.9" })).toBe(200);
    const read = async (): Promise<Record<string, unknown> | undefined> =>
      (await server.database.query("select used_on, ip from secret_uses where key_id = ?", used.id))[0];
    await expect.poll(read, { interval: 100 }).toBeDefined();
    const { used_on: on, ip } = (await read()) as { used_on: string; ip: string };
    expect(ip).toBe("203.0.113.9");
    expect(Date.parse(on)).toBeGreaterThanOrEqual(before);
    const shown = await server.call("GET", `${keys}/${used.id}`, { token: admin.token });
    expect(shown.body).toMatchObject({ lastUsedAt: on, lastUsedIp: "203.0.113.9" });
  });
});
