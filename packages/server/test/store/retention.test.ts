import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { createSignedIn, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";
const dayMs = 86_400_000;

describe("retention", () => {
  const server = useServer({ REFRESH_TOKEN_TTL: "86400" });
  const admin = useAdmin(server);

  async function count(table: string): Promise<number> {
    return (await server.database.query(`select 1 from ${table}`)).length;
  }

  it("removes sealed responses after a day, and no others, at most 500 in one run", async () => {
    const old = 501;
    await server.deps.store.transact(async ({ idempotency }) => {
      for (let index = 0; index < old; index++) {
        const now = server.clock.now();
        const record = { digest: Buffer.from(`old ${index}`), requestDigest: Buffer.alloc(32) };
        await idempotency.claim({ ...record, expiresOn: now.toISOString() }, now.toISOString());
      }
    });
    await server.call("POST", `${auth}/keys`, {
      token: admin.token,
      json: { name: "Young" },
      headers: { "idempotency-key": randomUUID() },
    });
    expect((await removeExpired(server.deps)).idempotency_record).toBe(500);
    expect((await removeExpired(server.deps)).idempotency_record).toBe(1);
    expect((await removeExpired(server.deps)).idempotency_record).toBe(0);
    expect(await count("idempotency_records")).toBe(1);
  });

  it("S-06 removes used refresh tokens after their maximum lifetime, and ended sessions after 90 days", async () => {
    const person = await signInPerson(server, admin);
    const refresh = async (refreshToken: string): Promise<string> =>
      (await server.call("POST", `${auth}/refresh`, { json: { refreshToken } })).body.refreshToken;
    const second = await refresh(person.refreshToken);
    server.clock.advance(dayMs / 2);
    await refresh(second);
    const before = await count("refresh_tokens");
    server.clock.advance(dayMs * 1.6);
    const counts = await removeExpired(server.deps);
    expect([counts.refresh_token, counts.session]).toEqual([1, 0]);
    expect(await count("refresh_tokens")).toBe(before - 1);
    server.clock.advance(dayMs * 91);
    expect((await removeExpired(server.deps)).session).toBeGreaterThanOrEqual(2);
    expect([await count("sessions"), await count("refresh_tokens")]).toEqual([0, 0]);
    await signInPerson(server, admin);
  });

  it("is safe on several nodes at the same time: each secret ends once, with one audit event", async () => {
    const owner = await createSignedIn(server);
    const key = await createTestKey(server, owner.token);
    for (let index = 0; index < 5; index++) {
      await server.call("POST", `${auth}/keys/${key.id}/rotate`, { token: owner.token, json: { graceSeconds: 60 } });
    }
    server.clock.advance(61_000);
    const runs = await Promise.all(Array.from({ length: 4 }, () => removeExpired(server.deps)));
    expect(runs.reduce((sum, { secret }) => sum + secret, 0)).toBe(5);
    const { body } = await server.call("GET", `${auth}/audit?keyId=${key.id}&action=key.secret_expired`, {
      token: owner.token,
    });
    expect(body).toHaveLength(5);
    expect(await verifyStatus(server, key.clientSecret)).toBe(401);
  });

  it("is counted in the metrics, with the time of its last run", async () => {
    const removed = async (): Promise<string> => (await server.call("GET", "/metrics")).text;
    expect(await removed()).toMatch(/^briksync_retention_last_run_timestamp_seconds 0$/m);
    const owner = await createSignedIn(server);
    const key = await createTestKey(server, owner.token);
    await server.call("POST", `${auth}/keys/${key.id}/rotate`, { token: owner.token, json: { graceSeconds: 1 } });
    server.clock.advance(2_000);
    await server.deps.retention.run(() => removeExpired(server.deps), server.deps.now);
    const text = await removed();
    expect(text).toMatch(/^briksync_retention_removed_total\{kind="secret"\} 1$/m);
    expect(text).not.toMatch(/^briksync_retention_last_run_timestamp_seconds 0$/m);
  });

  it("removes browser sign-ins after they end, and billing events after 90 days", async () => {
    const { store } = server.deps;
    const now = server.clock.now().toISOString();
    await store.transact(async ({ billing, identities }) => {
      expect(await identities.spendSignIn(Buffer.from("x"), now)).toBe(true);
      expect(await identities.spendSignIn(Buffer.from("x"), now)).toBe(false);
      expect(await billing.noteEvent("evt_1", now)).toBe(true);
      expect(await billing.noteEvent("evt_1", now)).toBe(false);
    });
    expect(await removeExpired(server.deps)).toMatchObject({ spent_sign_in: 1, billing_event: 0 });
    server.clock.advance(90 * dayMs + 1);
    expect(await removeExpired(server.deps)).toMatchObject({ spent_sign_in: 0, billing_event: 1 });
  });
});
