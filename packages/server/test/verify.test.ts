import { METHODS } from "node:http";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorType } from "../src/errors.ts";
import { errorCatalogue } from "../src/errors.ts";
import { expectError } from "./support/expect-error.ts";
import type { Answer } from "./support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "./support/keys.ts";
import { useDatabase, useTestServer } from "./support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "./support/people.ts";
import { openRawSocket, parseRawAnswer, sendRaw } from "./support/raw-socket.ts";
import { startTestServer, type TestServer } from "./support/start-server.ts";

/** Some containers have no IPv6 at all, not even a loopback address. */
const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);

const path = "/external/v1/auth/verify";
const keys = "/external/v1/auth/keys";

describe("verify", () => {
  let server: TestServer;
  let admin: SignedIn;
  let key: TestKey;
  beforeAll(async () => {
    server = await startTestServer({ TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_BURST: "10000" });
    admin = await createSignedIn(server);
    key = await createTestKey(server, admin.token);
  });
  afterAll(() => server.stop());

  type Headers = Readonly<Record<string, string>>;
  const ask = (headers: Headers, method = "GET"): Promise<Answer> => server.call(method, path, { headers });
  const asPair = ({ clientId, clientSecret }: TestKey): Headers => ({
    "x-api-key": clientId,
    "x-api-secret": clientSecret,
  });
  const asBearer = ({ clientSecret }: TestKey): Headers => ({ authorization: `Bearer ${clientSecret}` });

  describe("credentials", () => {
    it("S-30 answers both documented forms with who it is, in body and headers", async () => {
      for (const headers of [asPair(key), asBearer(key), { authorization: `bearer  ${key.clientSecret} ` }]) {
        const answer = await ask(headers);
        expect(answer.status).toBe(200);
        expect(answer.headers["cache-control"]).toBe("no-store");
        expect(answer.body).toEqual({
          keyId: key.id,
          clientId: key.clientId,
          companyId: admin.companyId,
          companyName: admin.companyName,
          name: "CRM Integration",
          secret: "current",
        });
        expect(answer.headers).toMatchObject({
          "x-briksync-key-id": key.id,
          "x-briksync-client-id": key.clientId,
          "x-briksync-company-id": admin.companyId,
        });
      }
    });

    it("S-30 answers 401 to none at all, and 400 to what it cannot parse", async () => {
      expect(expectError(await ask({}), "MISSING_CREDENTIALS")).toBe("Missing API credentials");
      const half = "x-api-key and x-api-secret belong together; one is missing";
      const both = "Send either x-api-key with x-api-secret, or Authorization: Bearer, not both";
      const form = "The Authorization header is not of the form: Bearer <clientSecret>";
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

    it("S-11 answers wrong, unknown, foreign, revoked and superseded ones with one and the same 401", async () => {
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
        const answer = await ask(headers);
        expect(expectError(answer, "INVALID_CREDENTIALS")).toBe("Invalid API credentials");
        const bytes = [answer.status, ...answer.rawHeaders, answer.text].join("\n");
        seen.add(bytes.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "(id)").replaceAll(/\w{3}, \d\d .* GMT/g, "(date)"));
      }
      expect([...seen]).toHaveLength(1);
    });
  });

  describe("order of decisions", () => {
    /** Each fault as it would be alone, in the order in which they are decided. */
    const faults: readonly { name: string; type: ErrorType; breakIt(subject: Subject): void | Promise<void> }[] = [
      {
        name: "both forms at once",
        type: "BAD_REQUEST",
        breakIt: (subject) => {
          subject.isDoubled = true;
        },
      },
      {
        name: "foreign client id",
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
        name: "bucket empty",
        type: "RATE_LIMITED",
        breakIt: async ({ key: { id, clientSecret } }) => {
          const database = useDatabase(server.databasePath);
          database.prepare("update api_keys set rate_per_minute = 1, rate_burst = 1 where id = ?").run(id);
          await verifyStatus(server, clientSecret, { "x-forwarded-for": "203.0.113.7" });
        },
      },
      {
        name: "plan too small",
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
    const pairs = faults.flatMap((first, index) => faults.slice(index).map((second) => [first, second] as const));

    it.each(pairs.map(([first, second]) => ({ first, second, what: `${first.name} and ${second.name}` })))(
      "S-30 of $what the earlier one answers",
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
        const answer = await ask({
          "x-api-key": subject.clientId,
          "x-api-secret": clientSecret,
          ...(subject.isDoubled ? { authorization: `Bearer ${clientSecret}` } : {}),
          "x-forwarded-for": "198.51.100.7",
        });
        expectError(answer, first.type);
        expect(answer.status).toBe(errorCatalogue[first.type].status);
        expect(answer.headers["x-briksync-key-id"]).toBeUndefined();
      },
    );

    it("S-30 lets BUSINESS and PRO pass, and names the way to upgrade to FREE", async () => {
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

  describe("addresses", () => {
    const createRestricted = (...ipAllowlist: string[]): Promise<TestKey> =>
      createTestKey(server, admin.token, { ipAllowlist });
    const statusFrom = (restricted: TestKey, forwardedFor: string, more: Headers = {}): Promise<number> =>
      verifyStatus(server, restricted.clientSecret, { "x-forwarded-for": forwardedFor, ...more });

    it("S-20 reads X-Forwarded-For of a listed proxy from the right; what a client wrote before counts for nothing", async () => {
      const restricted = await createRestricted("203.0.113.7");
      expect(await statusFrom(restricted, "203.0.113.7")).toBe(200);
      expect(await statusFrom(restricted, "198.51.100.1, 203.0.113.7")).toBe(200);
      expect(await statusFrom(restricted, "203.0.113.7, 198.51.100.1")).toBe(401);
      expect(await statusFrom(restricted, "203.0.113.7, 127.0.0.1")).toBe(200);
      expect(await statusFrom(restricted, "198.51.100.1, 203.0.113.7, 127.0.0.1")).toBe(200);
      const split = await sendRaw(
        server.url,
        `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${restricted.clientSecret}\r\nx-forwarded-for: 203.0.113.7\r\nx-forwarded-for: 198.51.100.1\r\n\r\n`,
      );
      expect(split.status).toBe(401);
    });

    it("S-20 no other header counts", async () => {
      const restricted = await createRestricted("203.0.113.7");
      for (const name of [
        "x-real-ip",
        "forwarded",
        "true-client-ip",
        "cf-connecting-ip",
        "x-client-ip",
        "x-forwarded",
        "via",
      ]) {
        expect(await statusFrom(restricted, "198.51.100.1", { [name]: "203.0.113.7" }), name).toBe(401);
        expect(await verifyStatus(server, restricted.clientSecret, { [name]: "203.0.113.7" }), name).toBe(401);
      }
    });

    it("S-20 believes nobody's X-Forwarded-For when no proxy is listed", async () => {
      const direct = await useTestServer();
      const owner = await createSignedIn(direct);
      const restricted = await createTestKey(direct, owner.token, { ipAllowlist: ["203.0.113.7"] });
      const spoofed = await direct.call("GET", path, {
        token: restricted.clientSecret,
        headers: { "x-forwarded-for": "203.0.113.7" },
      });
      expect(expectError(spoofed, "IP_NOT_ALLOWED")).toBe(
        "The key does not allow the address 127.0.0.1, from which this request came",
      );
      const local = await createTestKey(direct, owner.token, { ipAllowlist: ["127.0.0.1"] });
      expect(await verifyStatus(direct, local.clientSecret, { "x-forwarded-for": "203.0.113.7" })).toBe(200);
      const neighbour = await direct.call("GET", path, { token: local.clientSecret, localAddress: "127.0.0.2" });
      expectError(neighbour, "IP_NOT_ALLOWED");
    });

    it("S-22 an address that cannot be read is denied by a list, and let through without one", async () => {
      const restricted = await createRestricted("203.0.113.0/24");
      for (const forwardedFor of [
        "unknown",
        "203.0.113.7:443",
        "203.0.113.07",
        "[2001:db8::1]",
        "203.0.113.7, ",
        "203.0.113.7,x",
        "x".repeat(500),
      ]) {
        const answer = await ask({ ...asBearer(restricted), "x-forwarded-for": forwardedFor });
        expect(expectError(answer, "IP_NOT_ALLOWED"), forwardedFor).toContain("(unreadable)");
        expect(await statusFrom(key, forwardedFor), forwardedFor).toBe(200);
      }
    });

    it("S-22 IPv4-mapped addresses are IPv4, and IPv6 is compared by value", async () => {
      const restricted = await createRestricted("203.0.113.7", "2001:db8::/32");
      for (const address of [
        "::ffff:203.0.113.7",
        "::FFFF:CB00:7107",
        "2001:db8::1",
        "2001:0DB8:0:0:0:0:0:1",
        "2001:db8:ffff::",
      ]) {
        expect(await statusFrom(restricted, address), address).toBe(200);
      }
      for (const address of ["::203.0.113.7", "64:ff9b::203.0.113.7", "2001:db9::1", "::1", "203.0.113.8"]) {
        expect(await statusFrom(restricted, address), address).toBe(401);
      }
    });

    it.skipIf(!hasIpv6)("S-22 a dual-stack listener sees IPv4 clients as IPv4 and IPv6 clients as IPv6", async () => {
      const dual = await useTestServer({ HOST: "::" });
      const owner = await createSignedIn({ ...dual, call: dual.call });
      const port = new URL(dual.url).port;
      const v4 = await createTestKey(dual, owner.token, { ipAllowlist: ["127.0.0.1"] });
      const v6 = await createTestKey(dual, owner.token, { ipAllowlist: ["::1"] });
      const statusOver = async (host: string, secret: string): Promise<number> =>
        (
          await sendRaw(
            `http://${host}:${port}`,
            `GET ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${secret}\r\n\r\n`,
          )
        ).status;
      expect(await statusOver("127.0.0.1", v4.clientSecret)).toBe(200);
      expect(await statusOver("[::1]", v6.clientSecret)).toBe(200);
      expect(await statusOver("127.0.0.1", v6.clientSecret)).toBe(401);
      expect(await statusOver("[::1]", v4.clientSecret)).toBe(401);
    });

    it("S-23 tells of addresses only to who had the right secret", async () => {
      const restricted = await createRestricted("203.0.113.7");
      const wrong = { ...restricted, clientSecret: key.clientSecret };
      expectError(await ask({ ...asPair(wrong), "x-forwarded-for": "198.51.100.1" }), "INVALID_CREDENTIALS");
      expectError(await ask({ ...asPair(wrong), "x-forwarded-for": "203.0.113.7" }), "INVALID_CREDENTIALS");
      expectError(await ask({ ...asPair(restricted), "x-forwarded-for": "198.51.100.1" }), "IP_NOT_ALLOWED");
    });
  });

  describe("rate limit", () => {
    it("S-31 passes 120 of a full bucket and then ten a second, and tells the truth in Retry-After", async () => {
      const limited = await useTestServer();
      const owner = await createSignedIn(limited);
      const { clientSecret } = await createTestKey(limited, owner.token);
      const started = performance.now();
      const count = { passed: 0, refused: 0 };
      const flood = async (until: (elapsedSeconds: number) => boolean): Promise<void> => {
        while (until((performance.now() - started) / 1000)) {
          const status = await verifyStatus(limited, clientSecret);
          if (status === 200) count.passed++;
          else if (status === 429) count.refused++;
          else throw new Error(`Unexpected ${status}`);
        }
      };
      await Promise.all(Array.from({ length: 8 }, () => flood((elapsed) => elapsed < 2)));
      const elapsed = (performance.now() - started) / 1000;
      expect(count.refused).toBeGreaterThan(0);
      expect(count.passed).toBeGreaterThanOrEqual(120);
      expect(count.passed).toBeLessThanOrEqual(120 + 10 * elapsed + 1);

      useDatabase(limited.databasePath).prepare("update api_keys set rate_per_minute = 60, rate_burst = 1").run();
      await expect.poll(() => verifyStatus(limited, clientSecret), { interval: 20, timeout: 3_000 }).toBe(200);
      const refused = await limited.call("GET", path, { token: clientSecret });
      expect(expectError(refused, "RATE_LIMITED")).toBe("Rate limit exceeded");
      expect(refused.headers["retry-after"]).toBe("1");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await verifyStatus(limited, clientSecret)).toBe(200);
    });

    it("S-31 wrong secrets, addresses and forms cost the key nothing", async () => {
      const limited = await useTestServer({
        RATE_LIMIT_PER_MINUTE: "1",
        RATE_LIMIT_BURST: "3",
        TRUSTED_PROXIES: "127.0.0.1",
      });
      const owner = await createSignedIn(limited);
      const { clientId, clientSecret } = await createTestKey(limited, owner.token, { ipAllowlist: ["203.0.113.7"] });
      const allowed = { "x-forwarded-for": "203.0.113.7" };
      for (let attempt = 0; attempt < 5; attempt++) {
        await limited.call("GET", path, { headers: { "x-api-key": clientId, "x-api-secret": "wrong", ...allowed } });
        await limited.call("GET", path, { headers: { "x-api-key": clientId, ...allowed } });
        expect(await verifyStatus(limited, clientSecret, { "x-forwarded-for": "198.51.100.1" })).toBe(401);
      }
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 4; attempt++) statuses.push(await verifyStatus(limited, clientSecret, allowed));
      expect(statuses).toEqual([200, 200, 200, 429]);
    });

    it("S-31 rotating the secret does not refill the bucket, another key has its own", async () => {
      const limited = await useTestServer({ RATE_LIMIT_PER_MINUTE: "1", RATE_LIMIT_BURST: "1" });
      const owner = await createSignedIn(limited);
      const [one, two] = [await createTestKey(limited, owner.token), await createTestKey(limited, owner.token)];
      expect(await verifyStatus(limited, one.clientSecret)).toBe(200);
      const rotated = await limited.call("POST", `${keys}/${one.id}/rotate`, { token: owner.token });
      expect(await verifyStatus(limited, rotated.body.clientSecret)).toBe(429);
      expect(await verifyStatus(limited, two.clientSecret)).toBe(200);
    });
  });

  describe("as a proxy calls it", () => {
    it("S-30 answers every method alike", async () => {
      for (const method of METHODS.filter((name) => name !== "CONNECT")) {
        const answer = await ask(asBearer(key), method);
        expect(answer.status, method).toBe(200);
        expect(answer.headers["x-briksync-key-id"], method).toBe(key.id);
        if (method !== "HEAD") expect(answer.body.keyId, method).toBe(key.id);
        expect((await ask({}, method)).status, method).toBe(401);
      }
    });

    it("S-33 ignores the body, whatever it is and says it is", async () => {
      const bodies: [string, Buffer | string][] = [
        ["application/json", "{not json"],
        ["application/json", "{}".repeat(100_000)],
        ["text/plain", "hello"],
        ["application/x-www-form-urlencoded", "a=b"],
        ["nonsense", "x"],
        [";;;", "x"],
        ["application/octet-stream", Buffer.alloc(1_000_000)],
      ];
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "GET", "QUERY", "PROPFIND"]) {
        for (const [contentType, body] of bodies) {
          const headers = { ...asBearer(key), "content-type": contentType, "content-encoding": "gzip" };
          const { status } = await server.call(method, path, { headers, body });
          expect(status, `${method} ${contentType}`).toBe(200);
        }
      }
    });

    it("S-33 does not wait for the body", async () => {
      const raw = await openRawSocket(server.url);
      raw.send(
        `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key.clientSecret}\r\ncontent-length: 1000000000\r\n\r\n`,
      );
      const answer = parseRawAnswer(await raw.until((text) => text.includes(key.id)));
      raw.destroy();
      expect(answer.status).toBe(200);
    });
  });

  it("S-31 lastUsedAt and lastUsedIp follow within five seconds, without a call that asks for them", async () => {
    const used = await createTestKey(server, admin.token);
    const before = Date.now();
    expect(await verifyStatus(server, used.clientSecret, { "x-forwarded-for": "203.0.113.9" })).toBe(200);
    const read = useDatabase(server.databasePath)
      .prepare("select last_used_on, last_used_ip from api_keys where id = ?")
      .raw();
    const [on, ip] = await expect
      .poll(() => (read.get(used.id) as [string, string] | undefined) ?? [], { timeout: 5_000, interval: 100 })
      .toSatisfy(([time]: string[]) => time !== null)
      .then(() => read.get(used.id) as [string, string]);
    expect(ip).toBe("203.0.113.9");
    expect(Date.parse(on)).toBeGreaterThanOrEqual(before);
    const shown = await server.call("GET", `${keys}/${used.id}`, { token: admin.token });
    expect(shown.body).toMatchObject({ lastUsedAt: on, lastUsedIp: "203.0.113.9" });
  });
});
