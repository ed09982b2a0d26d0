import type { OutgoingHttpHeaders } from "node:http2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import type { ErrorType } from "../../src/errors.ts";
import { apiName, startCaddy, startNginx } from "../support/edge-proxy.ts";
import { expectError } from "../support/expect-error.ts";
import type { Call } from "../support/http-client.ts";
import { createTestKey, type TestKey } from "../support/keys.ts";
import { type ProtectedApi, startProtectedApi } from "../support/protected-api.ts";
import {
  asBearer,
  askHttp2,
  asPair,
  type Headers,
  openWebSocket,
  readApiHeaders,
  sendBytesOverTls,
  sendChunked,
  sendOverTls,
} from "../support/proxied-requests.ts";

const keys = "/external/v1/auth/keys";
const verify = "/external/v1/auth/verify";
const identityHeaders = ["x-briksync-key-id", "x-briksync-client-id", "x-briksync-company-id"];

/** Clients are told apart by loopback addresses; the proxy itself comes from 127.0.0.1, which briksync trusts. */
const clientAddress = "127.0.0.2";

const proxies = [
  // nginx takes no notice of what Connection names; Caddy takes it out of the request, as RFC 9110, section 7.6.1 says.
  { name: "nginx", start: startNginx, unreachableStatus: 503, hiddenCredentialStatus: 200 },
  { name: "caddy", start: startCaddy, unreachableStatus: 502, hiddenCredentialStatus: 401 },
];

describe.each(proxies)("an API behind $name", ({ name, start, ...differences }) => {
  const missing = findMissingPrograms(name, "openssl");
  describe.skipIf(missing !== undefined)(missing ?? "by the recipe as it is", () => {
    let setup: ProtectedApi;
    let key: TestKey;
    beforeAll(async () => {
      setup = await startProtectedApi(start);
      key = await create();
    });
    afterAll(() => setup?.stop());

    const create = (...ipAllowlist: string[]): Promise<TestKey> =>
      createTestKey(setup.direct, setup.admin.token, { ipAllowlist });
    const call = (headers: Headers, more: Call & { readonly method?: string; readonly path?: string } = {}) =>
      setup.proxy.api.call(more.method ?? "GET", more.path ?? "/orders", {
        localAddress: clientAddress,
        ...more,
        headers: { ...headers, ...more.headers },
      });

    const expectIdentity = (seen: Map<string, string[]>, { id, clientId }: TestKey): void => {
      expect(identityHeaders.map((header) => seen.get(header))).toEqual([[id], [clientId], [setup.admin.companyId]]);
      expect([...seen.keys()].filter((header) => /briksync/i.test(header)).sort()).toEqual([...identityHeaders].sort());
    };
    /** The call is refused as briksync refuses it directly, and the API never hears of it. */
    const expectRefusal = async (headers: Headers, type: ErrorType, more: Call = {}): Promise<string> => {
      const before = await setup.countRequests();
      const message = expectError(await call(headers, more), type);
      expect(await setup.countRequests()).toBe(before);
      return message;
    };

    it("S-30 lets a right key through in both forms, with who it is and without its secret", async () => {
      for (const headers of [asBearer(key), asPair(key)]) {
        const seen = readApiHeaders(await call(headers));
        expectIdentity(seen, key);
        expect(["authorization", "x-api-key", "x-api-secret"].filter((header) => seen.has(header))).toEqual([]);
        expect(JSON.stringify([...seen])).not.toContain(key.clientSecret);
      }
    });

    it("passes method, path, query and body on as they came", async () => {
      const body = Buffer.alloc(700_000, "x");
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const path = "/orders/a%2Fb?from=2026-01-01&q=%C3%A4";
        const answer = await call(asBearer(key), { method, path, ...(method === "GET" ? {} : { body }) });
        expect(answer.status, method).toBe(200);
        expect(answer.body).toMatchObject({ method, url: path, bodyBytes: method === "GET" ? 0 : body.length });
      }
      expect((await call(asBearer(key), { method: "HEAD" })).status).toBe(200);
      const chunked = { "transfer-encoding": "chunked", "content-type": "application/octet-stream" };
      const sent = await sendChunked(setup.proxy, { ...asBearer(key), ...chunked }, ["first ", "second"]);
      expect(sent).toContain('"bodyBytes":12');
    });

    it("S-11 S-30 refuses missing, wrong, foreign and half credentials as briksync does, and never asks the API", async () => {
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
        // nginx cannot read the body, in which BAD_REQUEST says what exactly is wrong.
        expect(message).toBe(name === "nginx" && type === "BAD_REQUEST" ? "The request could not be parsed" : direct);
        await expectRefusal(headers, type, { body: "x".repeat(100_000) });
      }
    });

    it("S-13 refuses a revoked key from the moment the revocation was acknowledged, under load", async () => {
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

    it("S-20 S-23 holds a key to its addresses, which are those of the proxy's clients", async () => {
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

    it.each(["127.0.0.2", "127.0.0.1"])("S-20 believes no address that a client at %s names", async (localAddress) => {
      const restricted = await create("203.0.113.7");
      const spoofs: Headers[] = [
        { "x-forwarded-for": "203.0.113.7" },
        { "x-forwarded-for": "203.0.113.7, 127.0.0.1" },
        { "x-forwarded-for": ["203.0.113.7", "203.0.113.7"] },
        { "X-FORWARDED-FOR": "203.0.113.7" },
        { x_forwarded_for: "203.0.113.7" },
        { "x-real-ip": "203.0.113.7", forwarded: "for=203.0.113.7", "true-client-ip": "203.0.113.7" },
        { "x-forwarded-for": "203.0.113.7", connection: "x-forwarded-for" },
      ];
      for (const spoof of spoofs) {
        const message = await expectRefusal({ ...asBearer(restricted), ...spoof }, "IP_NOT_ALLOWED", { localAddress });
        expect(message, JSON.stringify(spoof)).toContain(` ${localAddress},`);
        const seen = readApiHeaders(await call({ ...asBearer(key), ...spoof }, { localAddress }));
        expect(seen.get("x-forwarded-for"), JSON.stringify(spoof)).toEqual([localAddress]);
      }
    });

    it("S-31 answers 429 with Retry-After when the key's bucket is empty, and 200 again after it", async () => {
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

    it("S-30 answers 403 to a key of a company whose plan is too small", async () => {
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

    it("lets no client say who it is, with or without a key", async () => {
      const forged = "00000000-0000-4000-8000-000000000000";
      const forgeries: Headers[] = [
        Object.fromEntries(identityHeaders.map((header) => [header, forged])),
        Object.fromEntries(identityHeaders.map((header) => [header.toUpperCase(), forged])),
        Object.fromEntries(identityHeaders.map((header) => [header.replaceAll("-", "_"), forged])),
        Object.fromEntries(identityHeaders.map((header) => [header.replace("-", "_"), forged])),
        Object.fromEntries(identityHeaders.map((header) => [header, [forged, forged]])),
        { "x-briksync-key-id": "" },
        { connection: `close, ${identityHeaders.join(", ")}` },
        { connection: identityHeaders.join(", "), "x-briksync-key-id": forged },
      ];
      for (const forgery of forgeries) {
        const seen = readApiHeaders(await call({ ...asBearer(key), ...forgery }));
        expectIdentity(seen, key);
        expect(JSON.stringify([...seen]), JSON.stringify(forgery)).not.toContain(forged);
        await expectRefusal(forgery, "MISSING_CREDENTIALS");
      }
    });

    it(`${name === "nginx" ? "passes on" : "drops"} headers of briksync's name that briksync never sends`, async () => {
      const seen = readApiHeaders(await call({ ...asBearer(key), "X-BrikSync-Anything": "1" }));
      expect(seen.get("x-briksync-anything")).toEqual(name === "nginx" ? ["1"] : undefined);
    });

    it("S-33 refuses credentials that were sent twice, even when both are right", async () => {
      const { clientId, clientSecret } = key;
      const doubled: Headers[] = [
        { authorization: [`Bearer ${clientSecret}`, `Bearer ${clientSecret}`] },
        { "x-api-key": [clientId, clientId], "x-api-secret": clientSecret },
        { "x-api-key": clientId, "x-api-secret": [clientSecret, "x"] },
      ];
      const before = await setup.countRequests();
      for (const headers of doubled) expect((await call(headers)).status, JSON.stringify(headers)).toBe(400);
      expect(await setup.countRequests()).toBe(before);
    });

    it("S-33 gives a credential that the client hides in Connection to the check or to nobody, never to the API", async () => {
      const before = await setup.countRequests();
      const { status, text } = await call({ ...asBearer(key), connection: "authorization" });
      expect(status).toBe(differences.hiddenCredentialStatus);
      expect(text).not.toContain(key.clientSecret);
      expect((await setup.countRequests()) - before).toBe(status === 200 ? 1 : 0);
    });

    it("speaks HTTP/2, where the same holds", async () => {
      const ask = (headers: OutgoingHttpHeaders) => askHttp2(setup.proxy, { ":path": "/orders", ...headers });
      const accepted = await ask({ authorization: `Bearer ${key.clientSecret}`, "x-briksync-key-id": "forged" });
      expect(accepted.headers[":status"]).toBe(200);
      expect(accepted.text).toContain(key.id);
      expect(accepted.text).not.toContain("forged");
      const refused = await ask({ authorization: "Bearer wrong" });
      expect(refused.headers).toMatchObject({ ":status": 401, "www-authenticate": 'Bearer realm="briksync"' });
      expect(JSON.parse(refused.text).error.type).toBe("INVALID_CREDENTIALS");
      const doubled = await ask({ "x-api-key": [key.clientId, key.clientId], "x-api-secret": key.clientSecret });
      expect(doubled.headers[":status"]).toBe(400);
    });

    it("opens a WebSocket for a right key only", async () => {
      const accepted = await openWebSocket(setup.proxy, asBearer(key));
      expect(accepted).toMatch(/^HTTP\/1\.1 101 /);
      expect(accepted).toContain(key.id);
      expect(accepted).not.toContain(key.clientSecret);
      expect(accepted).toMatch(/ping over the socket$/);
      const before = await setup.countRequests();
      expect(await openWebSocket(setup.proxy, {})).toMatch(/^HTTP\/1\.1 401 /);
      expect(await setup.countRequests()).toBe(before);
    });

    it("S-67 passes on the word websocket alone, however the client spells it", async () => {
      for (const upgrade of ["websocket", "WebSocket", "WEBSOCKET"]) {
        const accepted = await openWebSocket(setup.proxy, asBearer(key), upgrade);
        expect(accepted, upgrade).toMatch(/^HTTP\/1\.1 101 /);
        expect(accepted.toLowerCase(), upgrade).toContain('"upgrade","websocket"');
      }
    });

    it("S-67 opens no HTTP/2 tunnel to an API that would, whatever the client sends", async () => {
      const settings = { "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA" };
      const offers: [string, string | string[]][] = [
        ["Upgrade, HTTP2-Settings", "h2c"],
        ["upgrade,http2-settings", "H2C"],
        ["Upgrade", "h2c"],
        ["HTTP2-Settings , Upgrade", " h2c "],
        ["Upgrade, HTTP2-Settings", "websocket, h2c"],
        ["Upgrade, HTTP2-Settings", "h2c, websocket"],
        ["Upgrade, HTTP2-Settings", "h2c,websocket"],
        ["Upgrade, HTTP2-Settings", ["h2c", "websocket"]],
        ["Upgrade, HTTP2-Settings", ["websocket", "h2c"]],
        ["Upgrade, HTTP2-Settings", "h2c/1"],
        ["Upgrade, HTTP2-Settings", "xwebsocket h2c"],
        ["Upgrade, X-Briksync-Key-Id", "h2c"],
        ["keep-alive, Upgrade", "h2c"],
      ];
      for (const [connection, upgrade] of offers) {
        const what = JSON.stringify([connection, upgrade]);
        const received = await sendOverTls(
          setup.proxy,
          "GET",
          { ...asBearer(key), ...settings, connection, upgrade },
          "",
          (text, socket) => {
            if (/\r\n\r\n[\s\S]*[}>]\s*$/.test(text) || text.startsWith("HTTP/1.1 101")) socket.destroy();
          },
        );
        // The API would say h2c; of two headers, WebSocket may be the one that it is offered.
        expect(received, what).not.toMatch(/h2c|http2-settings/i);
        expect(received, what).toMatch(
          Array.isArray(upgrade) ? /^HTTP\/1\.1 (?:101|200|400) / : /^HTTP\/1\.1 (?:200|400) /,
        );
        if (received.startsWith("HTTP/1.1 101")) expect(received, what).toMatch(/upgrade: websocket/i);
      }
    });

    it("S-67 opens no tunnel for CONNECT, over HTTP/1.1 and HTTP/2", async () => {
      const before = await setup.countRequests();
      const smuggled = `GET /orders HTTP/1.1\r\nhost: ${apiName}\r\nx-briksync-key-id: forged\r\n\r\n`;
      for (const target of [`${apiName}:443`, "/orders", `https://${apiName}/orders`]) {
        for (const framing of ["", "transfer-encoding: chunked\r\n", `content-length: ${smuggled.length}\r\n`]) {
          const head = `CONNECT ${target} HTTP/1.1\r\nhost: ${apiName}\r\nauthorization: Bearer ${key.clientSecret}\r\n${framing}connection: close\r\n\r\n`;
          const received = await sendBytesOverTls(setup.proxy, `${head}${smuggled}`);
          // The API says what it was asked. (Caddy answers an empty 200 to a name with a port, and asks nobody.)
          expect(received, head).not.toContain("rawHeaders");
        }
      }
      const overHttp2 = await askHttp2(
        setup.proxy,
        { ":method": "CONNECT", ":authority": apiName, authorization: `Bearer ${key.clientSecret}` },
        smuggled,
      ).catch(() => null);
      expect(overHttp2?.text ?? "").not.toContain("rawHeaders");
      expect(Number(overHttp2?.headers[":status"] ?? 400)).toBeGreaterThanOrEqual(400);
      expect(await setup.countRequests()).toBe(before);
    });

    it("S-67 asks also for requests in absolute form, by the name that they contain", async () => {
      const ask = (credential: string): Promise<string> =>
        sendBytesOverTls(
          setup.proxy,
          `GET https://${apiName}/orders HTTP/1.1\r\nhost: ${apiName}\r\n${credential}x-briksync-key-id: forged\r\nconnection: close\r\n\r\n`,
        );
      const accepted = await ask(`authorization: Bearer ${key.clientSecret}\r\n`);
      expect(accepted).toMatch(/^HTTP\/1\.1 200 /);
      expect(accepted).toContain(key.id);
      expect(accepted).not.toContain("forged");
      expect(await ask("")).toMatch(/^HTTP\/1\.1 401 /);
    });

    it("leaves the API's own refusals as they are", async () => {
      for (const status of [400, 401, 403, 404, 429, 500, 503]) {
        const answer = await call(asBearer(key), { path: `/status/${status}` });
        expect(answer.status).toBe(status);
        expect(answer.body).toMatchObject({ url: `/status/${status}` });
      }
    });

    it("shows briksync itself under its own name, with the client's address, and without what is for machines inside", async () => {
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

    it("refuses everybody while briksync is down, and works again without a restart when it is back", async () => {
      expect((await call(asBearer(key))).status).toBe(200);
      await setup.stopBriksync();
      const before = await setup.countRequests();
      const refused = await call(asBearer(key));
      expect(refused.status).toBe(differences.unreachableStatus);
      if (name === "nginx") {
        expect(refused.body.error).toMatchObject({ code: 503, type: "UNAVAILABLE" });
        expect(refused.headers["retry-after"]).toBe("2");
      }
      expect(await setup.countRequests()).toBe(before);
      await setup.startBriksync();
      expect((await call(asBearer(key))).status).toBe(200);
      // Connections that were open before are dead; none of them may cost a client its request.
      await setup.stopBriksync();
      await setup.startBriksync();
      const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await call(asBearer(key))).status));
      expect(new Set(statuses)).toEqual(new Set([200]));
      await expectRefusal({}, "MISSING_CREDENTIALS");
    });

    it("S-36 writes no secret into its log, whatever goes wrong", async () => {
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
});
