import { setupServer } from "msw/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";

const credentials = { email: "ada@partner.com", password: "correct horse battery staple" };

describe("the fake server", () => {
  it("works with msw", async () => {
    const fake = new FakeBrikSync({ baseUrl: "https://api.example.com/" });
    const server = setupServer(...fake.handlers);
    server.listen();
    onTestFinished(() => server.close());
    const options = { baseUrl: "https://api.example.com", fetch: globalThis.fetch, maxRetries: 0 };
    const { session } = await new BrikSync(options).auth.signIn(credentials);
    const client = new BrikSync({ ...options, session });
    expect((await client.keys.create({ name: "CRM" })).clientSecret.reveal()).toMatch(/^sec_/);
    fake.fail({ kind: "offline" });
    expect(await catchError(client.keys.listPage())).toMatchObject({ name: "ConnectionError" });
    expect(fake.calls.map(({ operation }) => operation)).toEqual(["signIn", "createKey", "listKeys"]);
  });

  it("works over a socket, so that tests include Node's transport", async () => {
    const fake = new FakeBrikSync();
    const { url, close } = await fake.listen();
    onTestFinished(close);
    const client = new BrikSync({ baseUrl: url, session: fake.addSession(), maxRetries: 0 });
    expect((await client.keys.create({ name: "Ünïcode" })).name).toBe("Ünïcode");
    fake.fail({ kind: "lost-answer", operation: "createKey" });
    expect(await catchError(client.keys.create({ name: "lost" }))).toMatchObject({ outcome: "unknown" });
    expect((await collectAll(client.keys.list())).map(({ name }) => name)).toEqual(["Ünïcode", "lost"]);
    expect(await catchError(client.keys.get("%2F../x"))).toMatchObject({ type: "NOT_FOUND" });
  });

  it.each([
    "https://api.example.com/team/v2",
    "https://api.example.com/team/v2/",
    "https://api.example.com/team//",
    "https://api.example.com/a+b/(c)/:id*",
    "https://api.example.com/%C3%BC",
    "http://127.0.0.1:4444/external/v1",
  ])("responds only below the path of %s, over msw, fetch and a socket", async (baseUrl) => {
    const fake = new FakeBrikSync({ baseUrl });
    const server = setupServer(...fake.handlers);
    server.listen();
    const session = fake.addSession();
    const sockets = await fake.listen();
    onTestFinished(() => sockets.close());
    const make = (options: object) => new BrikSync({ session, maxRetries: 0, ...options });
    await make({ baseUrl, fetch: globalThis.fetch }).keys.create({ name: "By msw" });
    server.close();
    await make({ baseUrl, fetch: fake.fetch }).keys.create({ name: "By fetch" });
    const client = make({ baseUrl: sockets.url });
    await client.keys.create({ name: "Over a socket" });
    const pages = await collectAll(client.keys.list({ pageSize: 1 }));
    expect(pages.map(({ name }) => name).sort()).toEqual(["By fetch", "By msw", "Over a socket"]);
    const elsewhere = make({ baseUrl: new URL("/elsewhere", baseUrl).href, fetch: fake.fetch });
    expect(await catchError(elsewhere.keys.create({ name: "Elsewhere" }))).toMatchObject({ status: 404 });
  });

  it("responds below any path if no baseUrl is set", async () => {
    const fake = new FakeBrikSync();
    const client = new BrikSync({
      baseUrl: "https://api.example.com/team",
      fetch: fake.fetch,
      session: fake.addSession(),
    });
    expect((await client.keys.create({ name: "CRM" })).name).toBe("CRM");
  });

  it("refuses a URL that the client would refuse", () => {
    for (const baseUrl of ["https://api.example.com?team=1", "https://api.example.com/#x", "ftp://a", "nope"]) {
      expect(() => new FakeBrikSync({ baseUrl })).toThrow("baseUrl must be a URL");
    }
  });

  it("returns 404 for paths and methods that the API does not have", async () => {
    const fake = new FakeBrikSync();
    expect((await fake.fetch("http://127.0.0.1:4870/elsewhere")).status).toBe(404);
    expect((await fake.fetch("http://127.0.0.1:4870/external/v1/auth/keys", { method: "PUT" })).status).toBe(404);
  });
});

describe("faults of the fake server", () => {
  function start() {
    const fake = new FakeBrikSync();
    return { fake, client: new BrikSync({ fetch: fake.fetch, session: fake.addSession(), maxRetries: 0 }) };
  }

  it("refuse a call before it changes anything", async () => {
    const { fake, client } = start();
    fake.fail({ kind: "status", status: 503, retryAfterSeconds: 5 });
    expect(await catchError(client.keys.create({ name: "CRM" }))).toMatchObject({
      type: "UNAVAILABLE",
      status: 503,
      retryAfterSeconds: 5,
      outcome: "rejected",
    });
    expect(await collectAll(client.keys.list())).toEqual([]);
  });

  it("refuse a call with the type that the test sets", async () => {
    const { fake, client } = start();
    fake.fail({ kind: "status", status: 409, type: "IDEMPOTENCY_IN_PROGRESS", retryAfterSeconds: 1 });
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ type: "IDEMPOTENCY_IN_PROGRESS", outcome: "unknown", retryAfterSeconds: 1 });
  });

  it("lose one response, and the retry returns the same secret", async () => {
    const fake = new FakeBrikSync();
    const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
    await client.keys.listPage();
    fake.fail({ kind: "lost-answer", operation: "createKey" });
    expect((await client.keys.create({ name: "CRM" })).isReplay).toBe(true);
    expect(await collectAll(client.keys.list())).toHaveLength(1);
  });

  it("return the HTML page of a proxy", async () => {
    const { fake, client } = start();
    fake.fail({ kind: "html", status: 502 });
    expect(await catchError(client.keys.listPage())).toMatchObject({ name: "ResponseError", status: 502 });
  });

  it("apply only to the chosen calls, for the chosen number of times, until they are cleared", async () => {
    const { fake, client } = start();
    fake.fail({ kind: "status", status: 429, operation: "listKeys", times: 2 });
    await client.auth.getSession();
    await catchError(client.keys.listPage());
    await catchError(client.keys.listPage());
    await client.keys.listPage();
    fake.fail({ kind: "offline", times: 9 });
    await catchError(client.keys.listPage());
    fake.clearFaults();
    await client.keys.listPage();
  });

  it("delay a response, so that a call with a shorter timeout ends", async () => {
    const { fake, client } = start();
    fake.fail({ kind: "slow", delayMs: 200 });
    expect(await catchError(client.keys.listPage({}, { timeoutMs: 30 }))).toMatchObject({ name: "TimeoutError" });
    fake.fail({ kind: "slow", delayMs: 20 });
    expect((await client.keys.listPage()).items).toEqual([]);
  });
});

describe("rules of the fake server", () => {
  it("expire tokens and allowlist entries by its clock", async () => {
    let nowMs = Date.parse("2026-02-01T10:30:00.000Z");
    const fake = new FakeBrikSync({ now: () => new Date(nowMs) });
    const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
    const { key, clientSecret } = fake.addKey("CRM");
    await client.keys.allowIp(key.id, { cidr: "127.0.0.1", expiresAt: new Date(nowMs + 60_000) });
    const verifier = new BrikSync({ fetch: fake.fetch, clientSecret });
    expect(await verifier.verify()).toMatchObject({ ok: true });
    nowMs += 3_600_000;
    expect(await verifier.verify()).toMatchObject({ ok: false, type: "IP_NOT_ALLOWED" });
    await client.auth.getSession();
    expect(fake.calls.filter(({ operation }) => operation === "refreshSession")).toHaveLength(1);
  });

  it("expire undelivered secrets, leases, retiring secrets and stored responses by its clock", async () => {
    let nowMs = Date.parse("2026-02-01T10:30:00.000Z");
    const fake = new FakeBrikSync({ now: () => new Date(nowMs), rotationLeaseSeconds: 30 });
    const accessToken = () => fake.addSession().accessToken;
    const { keys } = new BrikSync({ fetch: fake.fetch, accessToken });
    const { key } = fake.addKey("CRM");
    const list = async () => (await keys.rotations.list(key.id)).map(({ state }) => state).join(" ");
    const unused = { mode: "staged", expiresInSeconds: 60, idempotencyKey: "unused" } as const;
    const staged = await keys.rotate(key.id, unused);
    const second = await catchError(keys.rotate(key.id, { mode: "staged" }));
    expect(second).toMatchObject({ type: "ROTATION_IN_PROGRESS", retryAfterSeconds: 30 });
    nowMs += 61_000;
    expect(await list()).toBe("current");
    expect(await catchError(keys.rotations.renew(key.id, staged.id))).toMatchObject({ type: "NOT_FOUND" });
    expect(await catchError(keys.rotate(key.id, unused))).toMatchObject({ type: "IDEMPOTENCY_SUPERSEDED" });
    const handedOut = await keys.rotate(key.id, { mode: "staged", expiresInSeconds: 60 });
    expect(await keys.rotations.renew(key.id, handedOut.id)).toMatchObject({ leaseSeconds: 30, wasTakenOver: false });
    nowMs += 3_600_000;
    expect(await list()).toBe("current pending");
    await keys.rotations.finish(key.id, handedOut.id, { graceSeconds: 60 });
    expect(await list()).toBe("current retiring");
    nowMs += 61_000;
    expect(await list()).toBe("current");
    const kept = await keys.rotate(key.id, { idempotencyKey: "kept" });
    nowMs += 25 * 3_600_000;
    const anew = await keys.rotate(key.id, { idempotencyKey: "kept" });
    expect(anew.isReplay).toBe(false);
    expect(anew.clientSecret.reveal()).not.toBe(kept.clientSecret.reveal());
  });

  it("hide the keys of other companies", async () => {
    const fake = new FakeBrikSync();
    const other = fake.addCompany("Globex");
    const { key } = fake.addKey("theirs", other);
    const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
    expect(await catchError(client.keys.get(key.id))).toMatchObject({ type: "NOT_FOUND" });
    expect(await collectAll(client.keys.list())).toEqual([]);
  });

  it("end a session if its refresh token is used twice", async () => {
    const fake = new FakeBrikSync();
    const session = fake.addSession();
    await new BrikSync({ fetch: fake.fetch, session }).auth.refresh();
    expect(await catchError(new BrikSync({ fetch: fake.fetch, session }).auth.refresh())).toMatchObject({
      status: 401,
    });
  });
});
