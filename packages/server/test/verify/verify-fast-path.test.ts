import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { describe, expect, it } from "vitest";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { openRawSocket } from "../support/raw-socket.ts";

const path = "/external/v1/auth/verify";
const keys = "/external/v1/auth/keys";
/** Channel on which Fastify reports that it passes a request to a handler of the server. */
const handled = "tracing:fastify.request.handler:start";

describe("the fast path of verify and the regular route", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1", RATE_LIMIT_BURST: "10000" });
  const admin = useAdmin(server);

  /** Sends the lines, and returns the whole response without the parts that always differ. */
  async function send(lines: readonly string[]): Promise<string> {
    const raw = await openRawSocket(server.url);
    raw.send(`${lines.join("\r\n")}\r\n\r\n`);
    const response = await raw.until((text) => {
      const end = text.indexOf("\r\n\r\n");
      const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
      return end !== -1 && text.length >= end + 4 + length;
    });
    raw.destroy();
    return response
      .replace(/^(x-request-id): [0-9a-f-]{36}\r$/im, "$1: (id)\r")
      .replace(/"requestId":"[0-9a-f-]{36}"/, '"requestId":"(id)"')
      .replace(/^(date|retry-after): .*$/gim, "$1: (time)");
  }

  /** Sends the lines on both paths. Returns both responses, and whether each path was used. */
  async function sendBoth(lines: readonly string[], method = "GET") {
    let asked = 0;
    const count = (): void => {
      asked++;
    };
    subscribe(handled, count);
    const short = await send([`${method} ${path} HTTP/1.1`, ...lines]);
    const askedFirst = asked;
    // The fast path does not handle requests with a length, even a length of 0.
    const ordinary = await send([`${method} ${path} HTTP/1.1`, ...lines, "content-length: 0"]);
    unsubscribe(handled, count);
    return { short, ordinary, wereBoth: askedFirst === 0 && asked === 1 };
  }

  const bearer = (key: TestKey): string => `authorization: Bearer ${key.clientSecret}`;
  const pair = (key: TestKey): string[] => [`x-api-key: ${key.clientId}`, `x-api-secret: ${key.clientSecret}`];

  it("S-30 return the same bytes for accepted requests", async () => {
    const names = [
      "CRM Integration",
      'quotes " and \\ back',
      "Zürich – Ελλάδα – 日本",
      "\u{1f511} emoji",
      "a".repeat(100),
    ];
    for (const name of names) {
      const key = await createTestKey(server, admin.token, { name });
      const accepted = [
        ["host: x", bearer(key)],
        ["host: x", ...pair(key)],
        ["Host: x", `AUTHORIZATION:   bearer  ${key.clientSecret}  `, "Accept: */*", "x-other: 1", "x-other: 2"],
        ["host: x", bearer(key), "connection: close"],
        ["host: x", bearer(key), "x-forwarded-for: 203.0.113.7, 198.51.100.1"],
        ["host: x", bearer(key), "x-forwarded-for: not an address"],
        ["host: x", bearer(key), "if-none-match: *", "range: bytes=0-1", "accept-encoding: gzip"],
      ];
      for (const lines of accepted) {
        const { short, ordinary, wereBoth } = await sendBoth(lines);
        expect(short).toContain(`"keyId":"${key.id}"`);
        expect(short).toBe(ordinary);
        expect(wereBoth, lines.join()).toBe(true);
      }
    }
  });

  it("S-30 S-11 S-33 return the same bytes for refused requests", async () => {
    const key = await createTestKey(server, admin.token);
    const revoked = await createTestKey(server, admin.token);
    await server.call("POST", `${keys}/${revoked.id}/revoke`, { token: admin.token });
    const elsewhere = await createTestKey(server, admin.token, { ipAllowlist: ["203.0.113.0/24"] });
    const refused: [string, string[]][] = [
      ["401", ["host: x"]],
      ["400", ["host: x", `x-api-key: ${key.clientId}`]],
      ["400", ["host: x", ...pair(key), bearer(key)]],
      ["400", ["host: x", `authorization: Basic ${key.clientSecret}`]],
      ["400", ["host: x", bearer(key), bearer(key)]],
      ["400", ["host: x", "Host: y", bearer(key)]],
      ["400", [bearer(key)]],
      ["401", ["host: x", bearer(revoked)]],
      ["401", ["host: x", "authorization: Bearer sec_wrong"]],
      ["401", ["host: x", `authorization: Bearer ${"x".repeat(9_000)}`]],
      ["401", ["host: x", `x-api-key: api_${"0".repeat(24)}`, `x-api-secret: ${key.clientSecret}`]],
      ["401", ["host: x", bearer(elsewhere)]],
      ["401", ["host: x", bearer(elsewhere), "x-forwarded-for: nonsense"]],
    ];
    for (const [status, lines] of refused) {
      const { short, ordinary } = await sendBoth(lines);
      expect(short.split(" ")[1], lines.join()).toBe(status);
      expect(short).toBe(ordinary);
    }
    const { short, ordinary } = await sendBoth(["host: x", bearer(elsewhere), "x-forwarded-for: 203.0.113.9"]);
    expect(short.split(" ")[1]).toBe("200");
    expect(short).toBe(ordinary);
  });

  it("S-30 leave other methods, and HTTP/1.0 without a host, to the regular route", async () => {
    const key = await createTestKey(server, admin.token);
    for (const method of ["POST", "PUT", "OPTIONS", "QUERY"]) {
      const { short, ordinary } = await sendBoth(["host: x", bearer(key)], method);
      expect(short).toContain(`"keyId":"${key.id}"`);
      expect(short, method).toBe(ordinary);
    }
    const old = [`GET ${path} HTTP/1.0`, bearer(key)];
    expect(await send(old)).toBe(await send([...old, "content-length: 0"]));
  });

  it("S-30 S-31 decide once: a refusal on the fast path costs one token and is not checked again", async () => {
    const owner = await createSignedIn(server);
    const key = await createTestKey(server, owner.token);
    await server.database.query("update api_keys set rate_per_minute = 1, rate_burst = 3 where id = ?", key.id);
    await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
    const statuses: number[] = [];
    for (let index = 0; index < 4; index++) statuses.push(await verifyStatus(server, key.clientSecret));
    expect(statuses).toEqual([403, 403, 403, 429]);
    const { short, ordinary } = await sendBoth(["host: x", bearer(key)]);
    expect(short).toMatch(/^HTTP\/1.1 429 /);
    expect(short).toBe(ordinary);
  });

  it("S-36 count in the same metrics", async () => {
    const key = await createTestKey(server, admin.token);
    const read = async (status: number): Promise<number[]> => {
      const { text } = await server.call("GET", "/metrics");
      const value = (name: string): number =>
        Number(
          text
            .split("\n")
            .find((line) => line.startsWith(`${name} `))
            ?.slice(name.length + 1) ?? 0,
        );
      const route = `route="${path}"`;
      return [
        value(`briksync_http_requests_total{method="GET",${route},status="${status}"}`),
        value(`briksync_http_request_duration_seconds_count{${route}}`),
        value(`briksync_http_request_duration_seconds_bucket{le="+Inf",${route}}`),
      ];
    };
    for (const [status, line] of [
      [200, bearer(key)],
      [401, "authorization: Bearer wrong"],
    ] as const) {
      const before = await read(status);
      for (let index = 0; index < 3; index++) await sendBoth(["host: x", line]);
      expect(await read(status)).toEqual(before.map((count) => count + 6));
    }
  });

  it("S-35 respond in the order of the requests on a connection", async () => {
    const key = await createTestKey(server, admin.token);
    const request = (line: string): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${line}\r\n\r\n`;
    const raw = await openRawSocket(server.url);
    const wrong = "authorization: Bearer wrong";
    raw.send([bearer(key), wrong, bearer(key), wrong].map(request).join(""));
    const text = await raw.until((received) => received.split("HTTP/1.1 ").length === 5 && received.endsWith("}"));
    expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "401", "200", "401"]);
    raw.destroy();
  });
});
