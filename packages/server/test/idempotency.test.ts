import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectError } from "./support/expect-error.ts";
import type { Answer } from "./support/http-client.ts";
import { createTestKey, verifyStatus } from "./support/keys.ts";
import { useAdmin, useServer, useTestServer } from "./support/lifetimes.ts";
import { createSignedIn } from "./support/people.ts";
import { startTestServer, type TestServer } from "./support/start-server.ts";

const keys = "/external/v1/auth/keys";

describe("calls with an Idempotency-Key", () => {
  const server = useServer();
  const admin = useAdmin(server);

  function post(path: string, idempotencyKey: string, json?: unknown, token = admin.token): Promise<Answer> {
    return server.call("POST", `${keys}${path}`, { token, json, headers: { "idempotency-key": idempotencyKey } });
  }

  async function countKeys(): Promise<number> {
    return (await server.call("GET", keys, { token: admin.token })).body.length;
  }

  it("K-01 announces on every management answer that they may be repeated", async () => {
    for (const token of [admin.token, "forged"]) {
      const { headers } = await server.call("GET", keys, { token });
      expect(headers["x-briksync-idempotency-replay"]).toBe("supported");
    }
  });

  it("C-10 createKey returns the same bytes, including the secret, and creates one key", async () => {
    const idempotencyKey = randomUUID();
    const before = await countKeys();
    const first = await post("", idempotencyKey, { name: "Twice", ipAllowlist: ["10.0.0.1"] });
    expect([first.status, first.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    const second = await post("", idempotencyKey, { ipAllowlist: ["10.0.0.1"], name: "Twice" });
    expect([second.status, second.headers["idempotency-replayed"]]).toEqual([201, "true"]);
    expect(second.text).toBe(first.text);
    expect(second.headers["cache-control"]).toBe("no-store");
    expect(await countKeys()).toBe(before + 1);
  });

  it("C-10 rotateKey returns the same secret again, and ends nothing the second time", async () => {
    const key = await createTestKey(server, admin.token);
    const idempotencyKey = randomUUID();
    const first = await post(`/${key.id}/rotate`, idempotencyKey);
    server.clock.advance(60_000);
    const second = await post(`/${key.id}/rotate`, idempotencyKey, {});
    expect(second.text).toBe(first.text);
    expect(await verifyStatus(server, first.body.clientSecret)).toBe(200);
    const { body } = await server.call("GET", `/external/v1/auth/audit?keyId=${key.id}&action=key.rotated`, {
      token: admin.token,
    });
    expect(body).toHaveLength(1);
  });

  it("K-01 the quoted form of the IETF draft is the same key as the bare one", async () => {
    const key = await createTestKey(server, admin.token);
    const idempotencyKey = randomUUID();
    const bare = await post(`/${key.id}/rotate`, idempotencyKey);
    const quoted = await post(`/${key.id}/rotate`, `"${idempotencyKey}"`);
    expect(quoted.text).toBe(bare.text);
    const odd = await post(`/${key.id}/rotate`, '"a\\"b\\\\c"');
    expect((await post(`/${key.id}/rotate`, 'a"b\\c')).text).toBe(odd.text);
  });

  it.each([
    ["a blank inside", "a b"],
    ["256 characters", "x".repeat(256)],
    ["other than ASCII", "schlüssel"],
    ["nothing in the quotes", '""'],
    ["quotes that do not end", '"abc'],
    ["text after the quotes", '"abc"d'],
  ])("S-33 refuses %s", async (_what, idempotencyKey) => {
    const message = expectError(await post("", idempotencyKey, { name: "Never made" }), "BAD_REQUEST");
    expect(message).toContain("1 to 255 visible ASCII characters");
  });

  it("takes 255 characters, and refuses two of the header", async () => {
    expect((await post("", randomUUID().padEnd(255, "~"), { name: "Long" })).status).toBe(201);
    const twice = await server.call("POST", keys, {
      token: admin.token,
      json: { name: "Never made" },
      headers: { "idempotency-key": ["one", "two"] },
    });
    expectError(twice, "BAD_REQUEST");
  });

  it("refuses the same key for another body, key or operation, and does nothing", async () => {
    const idempotencyKey = randomUUID();
    const created = await post("", idempotencyKey, { name: "First" });
    const other = await createTestKey(server, admin.token);
    const before = await countKeys();
    expectError(await post("", idempotencyKey, { name: "Second" }), "IDEMPOTENCY_KEY_REUSED");
    expectError(await post(`/${created.body.id}/rotate`, idempotencyKey), "IDEMPOTENCY_KEY_REUSED");
    const rotation = randomUUID();
    await post(`/${created.body.id}/rotate`, rotation);
    expectError(await post(`/${other.id}/rotate`, rotation), "IDEMPOTENCY_KEY_REUSED");
    expectError(await post(`/${created.body.id}/rotate`, rotation, { graceSeconds: 5 }), "IDEMPOTENCY_KEY_REUSED");
    expect(await countKeys()).toBe(before);
    expect(await verifyStatus(server, other.clientSecret)).toBe(200);
  });

  it("is another key for another user and for another company", async () => {
    const idempotencyKey = randomUUID();
    const first = await post("", idempotencyKey, { name: "Shared" });
    const stranger = await createSignedIn(server);
    const colleague = await createSignedIn(server, { company: admin.companyName });
    for (const { token } of [stranger, colleague]) {
      const answer = await post("", idempotencyKey, { name: "Shared" }, token);
      expect([answer.status, answer.headers["idempotency-replayed"]]).toEqual([201, undefined]);
      expect(answer.body.id).not.toBe(first.body.id);
    }
  });

  it("a refused call does not use up the key: after a bad name, sign-out, downgrade or limit it is still free", async () => {
    const idempotencyKey = randomUUID();
    expectError(await post("", idempotencyKey, { name: "" }), "VALIDATION_FAILED");
    expectError(await post("", idempotencyKey, { name: "Free" }, "forged"), "UNAUTHORIZED");
    await server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "PRO"));
    expectError(await post("", idempotencyKey, { name: "Free" }), "PLAN_UPGRADE_REQUIRED");
    await server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "BUSINESS"));
    expect((await post("", idempotencyKey, { name: "Free" })).headers["idempotency-replayed"]).toBeUndefined();
    const unknown = randomUUID();
    expectError(await post(`/${randomUUID()}/rotate`, unknown), "NOT_FOUND");
    const key = await createTestKey(server, admin.token);
    expect((await post(`/${key.id}/rotate`, unknown)).status).toBe(200);
  });

  it("S-07 a replay requires the same access as the call", async () => {
    const idempotencyKey = randomUUID();
    await post("", idempotencyKey, { name: "Standing" });
    await server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "FREE"));
    expectError(await post("", idempotencyKey, { name: "Standing" }), "PLAN_UPGRADE_REQUIRED");
    await server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "BUSINESS"));
    expect((await post("", idempotencyKey, { name: "Standing" })).status).toBe(201);
  });

  it.each([
    ["rotate", undefined],
    ["rotate", { graceSeconds: 60 }],
    ["revoke", undefined],
  ] as const)("gives no secret again that a later %s with %o ended", async (verb, json) => {
    const idempotencyKey = randomUUID();
    const { body } = await post("", idempotencyKey, { name: "Superseded" });
    await post(`/${body.id}/${verb}`, randomUUID(), json);
    expectError(await post("", idempotencyKey, { name: "Superseded" }), "IDEMPOTENCY_SUPERSEDED");
  });

  it("returns a staged secret again until it is aborted, also after the finish", async () => {
    const key = await createTestKey(server, admin.token);
    const [finished, aborted] = [randomUUID(), randomUUID()];
    const first = await post(`/${key.id}/rotate`, finished, { mode: "staged" });
    await post(`/${key.id}/rotations/${first.body.rotationId}/finish`, randomUUID());
    expect((await post(`/${key.id}/rotate`, finished, { mode: "staged" })).text).toBe(first.text);
    const second = await post(`/${key.id}/rotate`, aborted, { mode: "staged" });
    await post(`/${key.id}/rotations/${second.body.rotationId}/abort`, randomUUID());
    expectError(await post(`/${key.id}/rotate`, aborted, { mode: "staged" }), "IDEMPOTENCY_SUPERSEDED");
  });

  it("C-10 returns an unused staged secret again until its deadline, and a used one also after it", async () => {
    const own = await useTestServer();
    const owner = await createSignedIn(own);
    for (const isUsed of [false, true]) {
      const key = await createTestKey(own, owner.token);
      const stage = () =>
        own.call("POST", `${keys}/${key.id}/rotate`, {
          token: owner.token,
          json: { mode: "staged", expiresInSeconds: 60 },
          headers: { "idempotency-key": `staged-${isUsed}` },
        });
      const first = await stage();
      if (isUsed) expect(await verifyStatus(own, first.body.clientSecret)).toBe(200);
      own.clock.advance(60_001);
      const again = await stage();
      if (isUsed) expect(again.text).toBe(first.text);
      else expectError(again, "IDEMPOTENCY_SUPERSEDED");
    }
  });

  it("forgets after 24 hours", async () => {
    const own = await startTestServer({ ACCESS_TOKEN_TTL: "86400" });
    const owner = await createSignedIn(own);
    const call = () =>
      own.call("POST", keys, { token: owner.token, json: { name: "Day" }, headers: { "idempotency-key": "one-day" } });
    const first = await call();
    own.clock.advance(24 * 3_600_000 - 60_000);
    expect((await call()).text).toBe(first.text);
    own.clock.advance(60_000 + 1);
    const { accessToken } = (
      await own.call("POST", "/external/v1/auth/signin", { json: { email: owner.email, password: owner.password } })
    ).body;
    const late = await own.call("POST", keys, {
      token: accessToken,
      json: { name: "Day" },
      headers: { "idempotency-key": "one-day" },
    });
    expect([late.status, late.headers["idempotency-replayed"]]).toEqual([201, undefined]);
    expect(late.body.id).not.toBe(first.body.id);
    await own.stop();
  });

  it("C-10 S-10 replays the same responses and refusals after a change of the pepper", async () => {
    const [old, middle, newest] = ["old", "middle", "newest"].map((name) => `the ${name} pepper of more than 32 bytes`);
    const jwt = { BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes" };
    const first = await startTestServer({ ...jwt, BRIKSYNC_KEY_PEPPER: old ?? "" });
    const owner = await createSignedIn(first);
    const key = await createTestKey(first, owner.token);
    const calls: [string, string, object, string | undefined][] = [
      [keys, "create-crm", { name: "CRM" }, undefined],
      [`${keys}/${key.id}/rotate`, "rotate-crm", { graceSeconds: 60 }, undefined],
      [`${keys}/${key.id}/rotate`, "stage-crm", { mode: "staged" }, undefined],
    ];
    const repeat = (server: TestServer, [path, idempotencyKey, json]: (typeof calls)[number], more: object = {}) =>
      server.call("POST", path, {
        token: owner.token,
        json: { ...json, ...more },
        headers: { "idempotency-key": idempotencyKey },
      });
    for (const call of calls) call[3] = (await repeat(first, call)).text;
    for (const peppers of [`${middle},${old}`, `${newest},${middle},${old}`, `${old},${middle},${newest}`]) {
      const next = await startTestServer({ ...first.env, ...jwt, BRIKSYNC_KEY_PEPPER: peppers });
      for (const call of calls) {
        const answer = await repeat(next, call);
        expect([answer.text, answer.headers["idempotency-replayed"]], peppers).toEqual([call[3], "true"]);
        expect(await verifyStatus(next, answer.body.clientSecret)).toBe(200);
      }
      const [create] = calls;
      if (create !== undefined) expectError(await repeat(next, create, { name: "Other" }), "IDEMPOTENCY_KEY_REUSED");
      // What this pepper seals, the next one opens.
      const made: (typeof calls)[number] = [keys, `create-${calls.length}`, { name: "New" }, undefined];
      made[3] = (await repeat(next, made)).text;
      calls.push(made);
      await next.stop();
    }
    expect(new Set(calls.map(([, , , text]) => text)).size).toBe(6);
    await first.stop();
  });

  it("S-12 of fifty identical concurrent calls one takes effect, and the others replay it or get Retry-After", async () => {
    for (const isCreate of [true, false]) {
      const key = await createTestKey(server, admin.token);
      const before = await countKeys();
      const idempotencyKey = randomUUID();
      const call = () =>
        isCreate ? post("", idempotencyKey, { name: "Storm" }) : post(`/${key.id}/rotate`, idempotencyKey);
      const answers = await Promise.all(Array.from({ length: 50 }, call));
      const done = answers.filter(({ status }) => status < 300);
      expect(done.length).toBeGreaterThan(0);
      expect(new Set(done.map(({ text }) => text)).size).toBe(1);
      for (const answer of answers.filter(({ status }) => status >= 300)) {
        expectError(answer, "IDEMPOTENCY_IN_PROGRESS");
        expect(answer.headers["retry-after"]).toBe("1");
      }
      expect(await countKeys()).toBe(before + (isCreate ? 1 : 0));
      await wait(10);
      expect((await call()).text).toBe(done[0]?.text);
      expect(await verifyStatus(server, done[0]?.body.clientSecret)).toBe(200);
    }
  });
});
