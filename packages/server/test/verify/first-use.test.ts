import { beforeEach, describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import type { SecretRepository } from "../../src/store/ports/keys.ts";
import type { LockedKeyId } from "../../src/store/records.ts";
import { verifyRefusals } from "../support/declared-errors.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey, lockTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

const auth = "/external/v1/auth";
const keys = `${auth}/keys`;

describe("the first use of a pending secret", () => {
  let server: TestServer;
  let admin: SignedIn;
  let key: TestKey;
  /** Runs once, immediately after the next lookup of a secret or of the secrets whose deadline has passed. */
  let meanwhile: { readonly lookUp: "verify" | "retention"; readonly work: () => Promise<unknown> } | null;
  beforeEach(async () => {
    meanwhile = null;
    const run = async (lookUp: string): Promise<void> => {
      if (meanwhile?.lookUp !== lookUp) return;
      const { work } = meanwhile;
      meanwhile = null;
      await work();
    };
    server = await useTestServer({ RATE_LIMIT_BURST: "1000" }, (deps) => {
      const { store } = deps;
      const secrets: typeof store.secrets = {
        ...store.secrets,
        listEnded: async (now, limit) => {
          const found = await store.secrets.listEnded(now, limit);
          await run("retention");
          return found;
        },
      };
      const findLiveSecret: typeof store.findLiveSecret = async (digest) => {
        const found = await store.findLiveSecret(digest);
        await run("verify");
        return found;
      };
      return { ...deps, store: { ...store, secrets, findLiveSecret } };
    });
    admin = await createSignedIn(server);
    key = await createTestKey(server, admin.token);
  });

  const post = async (path: string, json?: object, status = 200) => {
    const response = await server.call("POST", `${keys}/${key.id}/${path}`, { token: admin.token, json });
    expect(response.status, response.text).toBe(status);
    return response.body;
  };
  const stage = (json: object = {}) => post("rotate", { mode: "staged", ...json });
  const listSecrets = () => server.deps.store.secrets.list(key.id);
  const setPlan = () => server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "FREE"));

  type Started = { rotationId: string; clientSecret: string };
  const finish = ({ rotationId }: Started) => post(`rotations/${rotationId}/finish`);
  const events: [string, (started: Started) => Promise<unknown>, string][] = [
    ["is aborted", ({ rotationId }) => post(`rotations/${rotationId}/abort`, {}, 204), "INVALID_CREDENTIALS"],
    ["ends with another rotation", () => post("rotate"), "INVALID_CREDENTIALS"],
    ["ends with the key", () => post("revoke"), "INVALID_CREDENTIALS"],
    ["is used by another client", ({ clientSecret }) => verifyStatus(server, clientSecret), "pending"],
    ["becomes current", finish, "current"],
    ["starts to retire", () => post("rotate", { graceSeconds: 60 }), "retiring"],
    [
      "becomes current for a key that does not allow the address",
      async (started) => {
        await finish(started);
        await post("ip-allowlist", { cidr: "203.0.113.7" }, 201);
      },
      "IP_NOT_ALLOWED",
    ],
    [
      "becomes current in a company whose plan has no keys",
      async (started) => {
        await finish(started);
        await setPlan();
      },
      "PLAN_UPGRADE_REQUIRED",
    ],
  ];
  it("has an event for every refusal that is checked again", () => {
    const onlyBefore = ["BAD_REQUEST", "MISSING_CREDENTIALS", "RATE_LIMITED"];
    const outcomes = events.map(([, , outcome]) => outcome);
    expect(verifyRefusals.filter((type) => ![...onlyBefore, ...outcomes].includes(type))).toEqual([]);
  });

  it.each(events.flatMap((event) => ["GET", "POST"].map((method) => [...event, method] as const)))(
    "S-13 S-60 that %s after the lookup is decided by the new state",
    async (_name, work, outcome, method) => {
      const started = await stage();
      meanwhile = { lookUp: "verify", work: () => work(started) };
      const response = await server.call(method, `${auth}/verify`, { token: started.clientSecret });
      expect(meanwhile).toBeNull();
      if (outcome === outcome.toUpperCase()) expectError(response, outcome as never);
      else expect([response.status, response.body.secret]).toEqual([200, outcome]);
      await server.deps.usage.flush();
      const used = (await listSecrets()).filter(({ lastUsedAt }) => lastUsedAt !== null);
      expect(used.map(({ state }) => state)).toEqual(response.status === 200 ? [outcome] : []);
      const traces = "select id from audit_events where action = 'key.secret_first_used'";
      expect(await server.database.query(traces)).toHaveLength(outcome === "pending" ? 1 : 0);
    },
  );

  it("S-60 is recorded only for accepted calls: after refused calls the secret expires, and abort ends it", async () => {
    const started = await stage({ expiresInSeconds: 60 });
    const refusals: [() => Promise<unknown>, Record<string, string>, string][] = [
      [async () => undefined, { "x-api-key": `api_${"0".repeat(24)}` }, "INVALID_CREDENTIALS"],
      [() => post("ip-allowlist", { cidr: "203.0.113.7" }, 201), {}, "IP_NOT_ALLOWED"],
      [
        async () => {
          await server.database.query("delete from ip_allowlist");
          await server.database.query("update api_keys set rate_per_minute = 1, rate_burst = 2");
          await setPlan();
        },
        {},
        "PLAN_UPGRADE_REQUIRED",
      ],
      [async () => undefined, {}, "PLAN_UPGRADE_REQUIRED"],
      [async () => undefined, {}, "RATE_LIMITED"],
    ];
    for (const [prepare, pair, refusal] of refusals) {
      await prepare();
      const headers = "x-api-key" in pair ? { ...pair, "x-api-secret": started.clientSecret } : {};
      const token = "x-api-key" in pair ? {} : { token: started.clientSecret };
      expectError(await server.call("GET", `${auth}/verify`, { ...token, headers }), refusal as never);
    }
    await server.deps.usage.flush();
    expect((await listSecrets()).map(({ firstUsedOn, lastUsedAt }) => [firstUsedOn, lastUsedAt])).toEqual([
      [null, null],
      [null, null],
    ]);
    server.clock.advance(60_001);
    expect((await removeExpired(server.deps)).secret).toBe(1);
    await server.deps.store.transact(({ users }) => users.setPlan(admin.companyId, "BUSINESS"));
    const next = await stage();
    await server.call("GET", `${auth}/verify`, {
      headers: { "x-api-key": `api_${"0".repeat(24)}`, "x-api-secret": next.clientSecret },
    });
    await post(`rotations/${next.rotationId}/abort`, {}, 204);
  });

  it("S-15 is recorded once, with the request and the address of the call", async () => {
    const started = await stage();
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => server.call("GET", `${auth}/verify`, { token: started.clientSecret })),
    );
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    const path = `${auth}/audit?action=key.secret_first_used`;
    const { body } = await server.call("GET", path, { token: admin.token });
    expect(body).toHaveLength(1);
    expect(body[0]).toMatchObject({
      keyId: key.id,
      actorId: null,
      ip: "127.0.0.1",
      details: { rotationId: started.rotationId },
    });
    expect(responses.map(({ headers }) => headers["x-request-id"])).toContain(body[0].requestId);
  });

  it("S-51 is accepted and reported if it cannot be written, and is written with the next call", async () => {
    const started = await stage();
    const restoreWrites = await server.database.breakWrites("key_secrets", "update");
    expect(await verifyStatus(server, started.clientSecret)).toBe(200);
    expect(server.failures.map(({ what }) => what)).toEqual(["cannot record the first use of a pending secret"]);
    await restoreWrites();
    expect((await listSecrets())[1]?.firstUsedOn).toBeNull();
    expect(await verifyStatus(server, started.clientSecret)).toBe(200);
    expect((await listSecrets())[1]?.firstUsedOn).not.toBeNull();
  });

  const kept: [string, (secrets: SecretRepository, keyId: LockedKeyId, rotationId: string) => Promise<unknown>][] = [
    ["was used for the first time", (secrets, _, id) => secrets.markFirstUse(id, server.clock.now().toISOString())],
    ["was delivered", (secrets, keyId, id) => secrets.handOut(keyId, id)],
    [
      "became current",
      async (secrets, keyId, id) => {
        await secrets.endOthers(keyId, id);
        await secrets.promote(keyId, id);
      },
    ],
  ];
  it.each(kept)("S-13 retention keeps a secret that %s just before its deletion", async (_name, change) => {
    const started = await stage({ expiresInSeconds: 60 });
    server.clock.advance(60_001);
    const work = () =>
      server.deps.store.transact(async ({ keys, secrets }) =>
        change(secrets, await lockTestKey(keys, admin.companyId, key.id), started.rotationId),
      );
    meanwhile = { lookUp: "retention", work };
    expect((await removeExpired(server.deps)).secret).toBe(0);
    expect(meanwhile).toBeNull();
    expect(await verifyStatus(server, started.clientSecret)).toBe(200);
    // It is not listed the next time either, where it would take the place of others.
    expect(await server.deps.store.secrets.listEnded(server.clock.now().toISOString(), 10)).toEqual([]);
  });

  const retirements: [string, (started: Started) => Promise<unknown>][] = [
    [
      "used while pending, promoted, and then replaced with a grace period",
      async (started) => {
        await finish(started);
        await post("rotate", { graceSeconds: 60 });
      },
    ],
    ["used while pending, and then replaced with a grace period", () => post("rotate", { graceSeconds: 60 })],
    [
      "used while pending, and then replaced by another rotation with a grace period",
      async () => {
        const next = await stage({ takeOver: true });
        await post(`rotations/${next.rotationId}/finish`, { graceSeconds: 60 });
      },
    ],
    [
      "used while pending, delivered, promoted, and then replaced by a rotation with a grace period",
      async (started) => {
        await post(`rotations/${started.rotationId}/renew`);
        await finish(started);
        const next = await stage();
        await post(`rotations/${next.rotationId}/finish`, { graceSeconds: 60 });
      },
    ],
  ];
  it.each(retirements)("S-13 does not keep alive a secret that was %s", async (_name, retire) => {
    const started = await stage();
    expect(await verifyStatus(server, started.clientSecret)).toBe(200);
    await retire(started);
    const { body } = await server.call("GET", `${auth}/verify`, { token: started.clientSecret });
    expect(body.secret).toBe("retiring");
    server.clock.advance(60_000);
    expect(await verifyStatus(server, started.clientSecret)).toBe(401);
    const shown = await server.call("GET", `${keys}/${key.id}/rotations`, { token: admin.token });
    expect(shown.body.map(({ id }: { id: string }) => id)).not.toContain(started.rotationId);
    // A later rotation with a grace period does not restore the secret.
    await post("rotate", { graceSeconds: 600 });
    expect(await verifyStatus(server, started.clientSecret)).toBe(401);
    expect((await removeExpired(server.deps)).secret).toBeGreaterThanOrEqual(1);
    expect((await listSecrets()).map(({ id }) => id)).not.toContain(started.rotationId);
  });
});
