import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { BrikSync, Secret, type VerifyInput } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { sampleSecret } from "../support/sample-key.ts";

it("verifies its own credentials in both documented forms", async () => {
  const fake = new FakeBrikSync();
  const { key, clientSecret } = fake.addKey("CRM");
  const accepted = {
    ok: true,
    keyId: key.id,
    clientId: key.clientId,
    companyId: fake.company.id,
    companyName: "Acme Corp",
    name: "CRM",
    secret: "current",
  };
  const { fetch } = fake;
  expect(await new BrikSync({ fetch, clientId: key.clientId, clientSecret }).verify()).toEqual(accepted);
  expect(fake.calls[0]?.headers.get("authorization")).toBeNull();
  expect(await new BrikSync({ fetch, clientSecret: new Secret(clientSecret) }).verify()).toEqual(accepted);
  expect(fake.calls[1]?.headers.get("authorization")).toBe(`Bearer ${clientSecret}`);
  expect(await new BrikSync({ fetch, clientId: "api_other", clientSecret }).verify()).toMatchObject({
    ok: false,
    status: 401,
  });
});

it("verifies the credential of a request, and forwards no other headers", async () => {
  const { clientSecret, key } = new FakeBrikSync().addKey("CRM");
  const server = await startRecordingServer(() => ({ json: { keyId: "k", clientId: "c", companyId: "m" } }));
  const client = new BrikSync({ baseUrl: server.url, clientSecret: sampleSecret });
  const pair = { "x-api-key": key.clientId, "x-api-secret": clientSecret };
  const inputs: VerifyInput[] = [
    { headers: new Headers({ ...pair, cookie: "session=1", "x-forwarded-for": "6.6.6.6" }), ip: "203.0.113.7" },
    { headers: { ...pair, cookie: "session=1", "set-cookie": ["a", "b"], host: "service" }, ip: "::ffff:203.0.113.7" },
    { headers: { "X-API-Key": key.clientId, "X-Api-Secret": clientSecret } },
    { headers: { authorization: `Bearer ${clientSecret}`, "x-other": undefined } },
  ];
  for (const input of inputs) expect((await client.verify(input)).ok).toBe(true);
  const sent = server.requests.map(({ headers: { host: _, connection: __, ...rest } }) => rest);
  const common = { accept: "application/json", "user-agent": expect.stringMatching("^briksync-sdk/") };
  expect(sent).toEqual([
    { ...common, ...pair, "x-forwarded-for": "203.0.113.7" },
    { ...common, ...pair, "x-forwarded-for": "::ffff:203.0.113.7" },
    { ...common, ...pair },
    { ...common, authorization: `Bearer ${clientSecret}` },
  ]);
});

it("accepts the headers of node:http unchanged", async () => {
  const fake = new FakeBrikSync();
  const { clientSecret } = fake.addKey("CRM");
  const client = new BrikSync({ fetch: fake.fetch });
  const service = createServer(async (request, response) => {
    const result = await client.verify({ headers: request.headers, ip: request.socket.remoteAddress ?? "" });
    response.writeHead(result.ok ? 200 : result.status).end(result.ok ? result.name : result.message);
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void service.close());
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const accepted = await fetch(url, { headers: { authorization: `Bearer ${clientSecret}` } });
  expect([accepted.status, await accepted.text()]).toEqual([200, "CRM"]);
  const refused = await fetch(url, { headers: { authorization: `Bearer ${sampleSecret}` } });
  expect([refused.status, await refused.text()]).toEqual([401, "Invalid API credentials"]);
});

it("returns each refusal as a result", async () => {
  const fake = new FakeBrikSync();
  const session = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  const { key, clientSecret } = fake.addKey("CRM");
  const client = new BrikSync({ fetch: fake.fetch, clientSecret });
  expect(await client.verify({ headers: {} })).toEqual({
    ok: false,
    status: 401,
    type: "MISSING_CREDENTIALS",
    message: "Missing API credentials",
  });
  expect(await client.verify({ headers: { authorization: "Basic abc" } })).toMatchObject({ ok: false, status: 400 });
  const both = { authorization: `Bearer ${clientSecret}`, "x-api-key": key.clientId, "x-api-secret": clientSecret };
  expect(await client.verify({ headers: both })).toMatchObject({ ok: false, status: 400, type: "BAD_REQUEST" });

  await session.keys.allowIp(key.id, { cidr: "203.0.113.0/24" });
  expect(await client.verify({ ip: "203.0.113.9" } as VerifyInput)).toMatchObject({ ok: true });
  const elsewhere = await client.verify({ ip: "198.51.100.9" } as VerifyInput);
  expect(elsewhere).toMatchObject({ ok: false, status: 401, type: "IP_NOT_ALLOWED" });
  expect(elsewhere).toHaveProperty("message", expect.stringContaining("198.51.100.9"));

  fake.fail({ kind: "status", status: 429, retryAfterSeconds: 3 });
  const limited = await client.verify({ ip: "203.0.113.9" });
  expect(limited).toMatchObject({ ok: false, status: 429, type: "RATE_LIMITED", retryAfterSeconds: 3 });
  expect(limited).toHaveProperty("requestId");

  fake.company.plan = "FREE";
  expect(await client.verify({ ip: "203.0.113.9" })).toMatchObject({
    ok: false,
    status: 403,
    type: "PLAN_UPGRADE_REQUIRED",
  });
});

it("does not retry a 429, which is the decision about another request", async () => {
  const server = await startRecordingServer(() => ({
    status: 429,
    headers: { "retry-after": "0" },
    json: { error: { code: 429, message: "Rate limit exceeded", type: "RATE_LIMITED" } },
  }));
  const client = new BrikSync({ baseUrl: server.url, clientSecret: sampleSecret });
  expect(await client.verify()).toMatchObject({ ok: false, status: 429, retryAfterSeconds: 0 });
  expect(server.requests).toHaveLength(1);
});

it("throws during an outage, so that it is not mistaken for an invalid key", async () => {
  const fake = new FakeBrikSync();
  const { clientSecret } = fake.addKey("CRM");
  const client = new BrikSync({ fetch: fake.fetch, clientSecret, maxRetries: 1 });
  fake.fail({ kind: "offline", times: 2 });
  expect(await catchError(client.verify())).toMatchObject({ name: "ConnectionError", retryable: true, attempts: 2 });
  fake.fail({ kind: "html", status: 401 });
  expect(await catchError(client.verify())).toMatchObject({ name: "ResponseError", status: 401 });
  fake.fail({ kind: "status", status: 500 });
  expect(await catchError(client.verify())).toMatchObject({ name: "ApiError", status: 500 });
  fake.fail({ kind: "status", status: 503 });
  expect(await client.verify()).toMatchObject({ ok: true });
});

it("refuses credentials that cannot be forwarded unchanged", async () => {
  const fake = new FakeBrikSync();
  const client = new BrikSync({ fetch: fake.fetch });
  const twice = { "x-api-key": ["api_1", "api_2"], "x-api-secret": "sec_1" };
  expect(await client.verify({ headers: twice })).toMatchObject({ ok: false, status: 400 });
  expect(await client.verify({ headers: { "x-api-key": "api_1", "X-Api-Key": "api_2" } })).toMatchObject({
    ok: false,
    status: 400,
  });
  expect(await client.verify({ headers: { authorization: "Bearer sec_1\r\nx-evil: 1" } })).toMatchObject({
    ok: false,
    status: 400,
  });
  expect(await client.verify({ headers: { authorization: "Bearer sec_ä" } })).toMatchObject({ ok: false, status: 400 });
  expect(fake.calls).toHaveLength(0);
});

it.each([
  ["203.0.113.7", "203.0.113.7"],
  [" 203.0.113.7 ", "203.0.113.7"],
  ["203.0.113.7:51234", "203.0.113.7"],
  ["::ffff:203.0.113.7", "::ffff:203.0.113.7"],
  ["[::ffff:203.0.113.7]:443", "::ffff:203.0.113.7"],
  ["2001:db8::1", "2001:db8::1"],
  ["[2001:db8::1]", "2001:db8::1"],
  ["[2001:db8::1]:443", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["[fe80::1%25eth0]:443", "fe80::1"],
  ["fe80::1%", "fe80::1"],
])("K-11 forwards the peer's address %j as %j", async (ip, forwarded) => {
  const fake = new FakeBrikSync();
  const { clientSecret } = fake.addKey("CRM");
  const client = new BrikSync({ fetch: fake.fetch, clientSecret });
  expect(await client.verify({ ip })).toMatchObject({ ok: true });
  expect(fake.calls[0]?.headers.get("x-forwarded-for")).toBe(forwarded);
});

it.each<unknown>([
  undefined,
  null,
  "",
  " ",
  "unknown",
  "_hidden",
  "ffff",
  "999.1.1.1",
  "203.0.113.07",
  "203.0.113.7, 10.0.0.1",
  "203.0.113.7\r\nx-evil: 1",
  "203.0.113.7:port",
  "2001:db8::1::2",
  "2001:db8::1\t",
  "20\t01:db8::1",
  "[2001:db8::1",
  "@2001:db8::1",
  "::1]:80/[::1",
  "1:2:3:4:5:6:7:8:9",
  `${"f".repeat(10_000)}::`,
  `fe80::1%${"z".repeat(200)}`,
  ["203.0.113.7"],
  5,
  {},
])("K-11 S-54 accepts only keys without an allowlist for a peer with the address %j", async (ip) => {
  const fake = new FakeBrikSync();
  const server = await fake.listen();
  onTestFinished(() => server.close());
  const open = fake.addKey("Open to every address");
  const closed = fake.addKey("Open to this machine only");
  const client = new BrikSync({ baseUrl: server.url, session: fake.addSession() });
  await client.keys.allowIp(closed.key.id, { cidr: "127.0.0.1" });
  const verify = (secret: string) =>
    client.verify({ headers: { authorization: `Bearer ${secret}` }, ip: ip as string | undefined });
  const isAddress = typeof ip === "string" && ip.trim() === "2001:db8::1";
  expect(await verify(open.clientSecret)).toMatchObject({ ok: true });
  expect(await verify(closed.clientSecret)).toMatchObject({ ok: false, status: 401, type: "IP_NOT_ALLOWED" });
  expect(fake.calls.at(-1)?.headers.get("x-forwarded-for")).toBe(isAddress ? "2001:db8::1" : "unknown");
  expect(fake.calls.at(-1)?.headers.get("x-evil")).toBeNull();
});

it("K-11 refuses a credential that does not fit into a request", async () => {
  const fake = new FakeBrikSync();
  const client = new BrikSync({ fetch: fake.fetch });
  const long = `Bearer sec_${"0".repeat(100_000)}`;
  expect(await client.verify({ headers: { authorization: long } })).toMatchObject({
    ok: false,
    status: 401,
    type: "INVALID_CREDENTIALS",
  });
  for (const authorization of ["", " ", "Bearer a\nb", "Bearer \ud800", "Bearer é"]) {
    expect(await client.verify({ headers: { authorization } })).toMatchObject({ ok: false, status: 400 });
  }
  const twice = { authorization: ["Bearer a", "Bearer b"], Authorization: "Bearer c" };
  expect(await client.verify({ headers: twice })).toMatchObject({ ok: false, status: 400 });
  expect(fake.calls).toHaveLength(0);
});

it("explains what it requires if there is no credential", async () => {
  const error = await catchError(new BrikSync({ accessToken: "token" }).verify());
  expect(error).toMatchObject({ name: "ConfigurationError" });
  expect(error.message).toBe(
    "verify requires the headers of a request, or a client that was created with clientSecret.",
  );
});
