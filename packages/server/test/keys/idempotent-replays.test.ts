import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { callIdempotently } from "../support/idempotent-calls.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { startTestServer, type TestServer } from "../support/start-server.ts";

const keys = "/external/v1/auth/keys";

describe("calls with an Idempotency-Key", () => {
  const server = useServer();
  const admin = useAdmin(server);
  const { post, countKeys } = callIdempotently(server, admin);

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

  it("C-10 rotateKey returns the same secret again, and the repeated call ends no secret", async () => {
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

  it.each([
    ["rotate", "rotate", undefined],
    ["rotate with a grace period", "rotate", { graceSeconds: 60 }],
    ["revoke", "revoke", undefined],
  ] as const)("does not return a secret again after a later %s ended it", async (_name, verb, json) => {
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

  it("C-10 returns an unused staged secret again until its deadline, and a used one also afterwards", async () => {
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

  it("forgets a call after 24 hours", async () => {
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
        const response = await repeat(next, call);
        expect([response.text, response.headers["idempotency-replayed"]], peppers).toEqual([call[3], "true"]);
        expect(await verifyStatus(next, response.body.clientSecret)).toBe(200);
      }
      const [create] = calls;
      if (create !== undefined) expectError(await repeat(next, create, { name: "Other" }), "IDEMPOTENCY_KEY_REUSED");
      // The next pepper opens what this pepper seals.
      const made: (typeof calls)[number] = [keys, `create-${calls.length}`, { name: "New" }, undefined];
      made[3] = (await repeat(next, made)).text;
      calls.push(made);
      await next.stop();
    }
    expect(new Set(calls.map(([, , , text]) => text)).size).toBe(6);
    await first.stop();
  });
});
