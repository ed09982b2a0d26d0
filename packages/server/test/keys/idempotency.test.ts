import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { callIdempotently } from "../support/idempotent-calls.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

const keys = "/external/v1/auth/keys";

describe("calls with an Idempotency-Key", () => {
  const server = useServer();
  const admin = useAdmin(server);
  const { post, countKeys } = callIdempotently(server, admin);

  it("K-01 announces in every management response that they may be repeated", async () => {
    for (const token of [admin.token, "forged"]) {
      const { headers } = await server.call("GET", keys, { token });
      expect(headers["x-briksync-idempotency-replay"]).toBe("supported");
    }
  });

  it("K-01 the quoted form of the IETF draft is the same key as the bare form", async () => {
    const key = await createTestKey(server, admin.token);
    const idempotencyKey = randomUUID();
    const bare = await post(`/${key.id}/rotate`, idempotencyKey);
    const quoted = await post(`/${key.id}/rotate`, `"${idempotencyKey}"`);
    expect(quoted.text).toBe(bare.text);
    const odd = await post(`/${key.id}/rotate`, '"a\\"b\\\\c"');
    expect((await post(`/${key.id}/rotate`, 'a"b\\c')).text).toBe(odd.text);
  });

  it.each([
    ["a space", "a b"],
    ["256 characters", "x".repeat(256)],
    ["characters other than ASCII", "schlüssel"],
    ["empty quotes", '""'],
    ["quotes without an end", '"abc'],
    ["text after the quotes", '"abc"d'],
  ])("S-33 refuses %s", async (_what, idempotencyKey) => {
    const message = expectError(await post("", idempotencyKey, { name: "Never made" }), "BAD_REQUEST");
    expect(message).toContain("1 to 255 visible ASCII characters");
  });

  it("accepts 255 characters, and refuses two Idempotency-Key headers", async () => {
    expect((await post("", randomUUID().padEnd(255, "~"), { name: "Long" })).status).toBe(201);
    const twice = await server.call("POST", keys, {
      token: admin.token,
      json: { name: "Never made" },
      headers: { "idempotency-key": ["one", "two"] },
    });
    expectError(twice, "BAD_REQUEST");
  });

  it("refuses the same key for another body, API key or operation, and does nothing", async () => {
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

  it("the same text is a different key for another user and for another company", async () => {
    const idempotencyKey = randomUUID();
    const first = await post("", idempotencyKey, { name: "Shared" });
    const stranger = await createSignedIn(server);
    const colleague = await createSignedIn(server, { company: admin.companyName });
    for (const { token } of [stranger, colleague]) {
      const response = await post("", idempotencyKey, { name: "Shared" }, token);
      expect([response.status, response.headers["idempotency-replayed"]]).toEqual([201, undefined]);
      expect(response.body.id).not.toBe(first.body.id);
    }
  });

  it("a refused call leaves the key free: after a bad name, sign-out, downgrade or limit", async () => {
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

  it("S-12 one of fifty identical concurrent calls takes effect, and the others replay it or get Retry-After", async () => {
    for (const isCreate of [true, false]) {
      const key = await createTestKey(server, admin.token);
      const before = await countKeys();
      const idempotencyKey = randomUUID();
      const call = () =>
        isCreate ? post("", idempotencyKey, { name: "Storm" }) : post(`/${key.id}/rotate`, idempotencyKey);
      const responses = await Promise.all(Array.from({ length: 50 }, call));
      const done = responses.filter(({ status }) => status < 300);
      expect(done.length).toBeGreaterThan(0);
      expect(new Set(done.map(({ text }) => text)).size).toBe(1);
      for (const response of responses.filter(({ status }) => status >= 300)) {
        expectError(response, "IDEMPOTENCY_IN_PROGRESS");
        expect(response.headers["retry-after"]).toBe("1");
      }
      expect(await countKeys()).toBe(before + (isCreate ? 1 : 0));
      await wait(10);
      expect((await call()).text).toBe(done[0]?.text);
      expect(await verifyStatus(server, done[0]?.body.clientSecret)).toBe(200);
    }
  });
});
