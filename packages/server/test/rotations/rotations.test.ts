import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey, lockTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { isoTime, keys, useStagedRotations } from "../support/staged-rotations.ts";

describe("staged rotation", () => {
  const { server, admin, key, post, start, list, states, statusOf, audited, expireLease } = useStagedRotations();

  it("S-12 adds a pending secret, both secrets work, and the response describes the rotation", async () => {
    const started = await start();
    expect(started.id).toBe(key.id);
    expect(started.rotationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Date.parse(started.leaseExpiresOn) - Date.parse(started.expiresOn)).toBe(120_000 - 86_400_000);
    expect(started.rotation).toHaveLength(1);
    expect(await statusOf(key.clientSecret)).toBe(200);
    const verified = await server.call("GET", "/external/v1/auth/verify", { token: started.clientSecret });
    expect(verified.body.secret).toBe("pending");
    await server.deps.usage.flush();
    const shown = await server.call("GET", `${keys}/${key.id}`, { token: admin.token });
    expect(shown.body.rotation).toEqual([
      {
        id: started.rotationId,
        createdOn: expect.stringMatching(isoTime),
        createdBy: admin.email,
        expiresOn: started.expiresOn,
        firstUsedOn: expect.stringMatching(isoTime),
        lastUsedAt: expect.stringMatching(isoTime),
        lastUsedIp: "127.0.0.1",
        leaseExpiresOn: started.leaseExpiresOn,
      },
    ]);
    expect(shown.body.rotatedOn).toBeNull();
  });

  it("lists the working secrets with their state and last use", async () => {
    await statusOf(key.clientSecret);
    const started = await start();
    await server.deps.usage.flush();
    const [current, pending] = await list();
    expect([current.state, current.lastUsedIp, current.leaseExpiresOn]).toEqual(["current", "127.0.0.1", null]);
    expect([pending.state, pending.id, pending.lastUsedAt]).toEqual(["pending", started.rotationId, null]);
  });

  it("S-13 finish makes the pending secret the only one", async () => {
    const started = await start();
    const finished = await post(`/rotations/${started.rotationId}/finish`);
    expect([finished.status, finished.body.rotation, finished.body.id]).toEqual([200, null, key.id]);
    expect(finished.body.rotatedOn).toMatch(isoTime);
    expect(await statusOf(key.clientSecret)).toBe(401);
    expect(await statusOf(started.clientSecret)).toBe(200);
    expect(await states()).toEqual(["current"]);
    expect((await audited()).map(({ action }: { action: string }) => action)).toEqual([
      "key.rotation_finished",
      "key.rotation_started",
      "key.created",
    ]);
  });

  it("finish with a grace period lets the old secrets retire, and repeating it can only shorten the period", async () => {
    const started = await start();
    const finish = (json?: object) => post(`/rotations/${started.rotationId}/finish`, json);
    expect((await finish({ graceSeconds: 3600 })).status).toBe(200);
    const verified = await server.call("GET", "/external/v1/auth/verify", { token: key.clientSecret });
    expect(verified.body.secret).toBe("retiring");
    const [, retiring] = await list();
    expect((await finish({ graceSeconds: 7200 })).status).toBe(200);
    expect((await list())[1].expiresOn).toBe(retiring.expiresOn);
    expect((await finish({ graceSeconds: 60 })).status).toBe(200);
    expect((await list())[1].expiresOn < retiring.expiresOn).toBe(true);
    server.clock.advance(61_000);
    expect(await statusOf(key.clientSecret)).toBe(401);
    expect(await states()).toEqual(["current"]);
    expect((await finish()).status).toBe(200);
    expect((await finish()).status).toBe(200);
  });

  it.each([{}, { graceSeconds: 60 }])(
    "repeating finish with %o does not affect a rotation that started later",
    async (json) => {
      const first = await start();
      await post(`/rotations/${first.rotationId}/finish`, { graceSeconds: 3600 });
      const second = await start();
      expect((await post(`/rotations/${first.rotationId}/finish`, json)).status).toBe(200);
      expect(await statusOf(second.clientSecret)).toBe(200);
      const pending = (await list()).filter(({ state }: { state: string }) => state === "pending");
      expect(pending.map(({ expiresOn }: { expiresOn: string }) => expiresOn)).toEqual([second.expiresOn]);
    },
  );

  it("abort ends an unused secret immediately, and requires force for a used one", async () => {
    const unused = await start();
    expect((await post(`/rotations/${unused.rotationId}/abort`)).status).toBe(204);
    expect(await statusOf(unused.clientSecret)).toBe(401);
    const used = await start();
    expect(await statusOf(used.clientSecret)).toBe(200);
    expectError(await post(`/rotations/${used.rotationId}/abort`), "ROTATION_IN_USE");
    expect(await statusOf(used.clientSecret)).toBe(200);
    expect((await post(`/rotations/${used.rotationId}/abort`, { force: true })).status).toBe(204);
    expect(await statusOf(used.clientSecret)).toBe(401);
    expect(await statusOf(key.clientSecret)).toBe(200);
    expectError(await post(`/rotations/${used.rotationId}/abort`), "NOT_FOUND");
  });

  it("C-09 a newer rotation never cancels an older one, and three rotations may be pending", async () => {
    const started = [];
    for (let index = 0; index < 3; index++) {
      started.push(await start());
      expireLease();
    }
    expectError(await post("/rotate", { mode: "staged" }), "TOO_MANY_ROTATIONS");
    for (const { clientSecret } of started) expect(await statusOf(clientSecret)).toBe(200);
    const newest = started[2];
    expect((await post(`/rotations/${newest.rotationId}/finish`)).status).toBe(200);
    expect(await statusOf(started[0].clientSecret)).toBe(401);
    expect(await statusOf(newest.clientSecret)).toBe(200);
  });

  describe("the immediate rotation and revoke", () => {
    it("S-13 end the current secret and every pending one", async () => {
      const pending = await start();
      const rotated = await post("/rotate");
      expect(rotated.body.rotation).toBeNull();
      for (const secret of [key.clientSecret, pending.clientSecret]) expect(await statusOf(secret)).toBe(401);
      const again = await start();
      await post("/revoke");
      for (const secret of [rotated.body.clientSecret, again.clientSecret]) expect(await statusOf(secret)).toBe(401);
      for (const path of ["rotate", `rotations/${again.rotationId}/finish`, `rotations/${again.rotationId}/renew`]) {
        expectError(await post(`/${path}`), "KEY_REVOKED");
      }
      expectError(await post("/rotate", { mode: "staged" }), "KEY_REVOKED");
    });

    it("with a grace period let all of these secrets retire", async () => {
      const pending = await start();
      await post("/rotate", { graceSeconds: 60 });
      for (const secret of [key.clientSecret, pending.clientSecret]) expect(await statusOf(secret)).toBe(200);
      expect(await states()).toEqual(["current", "retiring", "retiring"]);
      server.clock.advance(60_001);
      for (const secret of [key.clientSecret, pending.clientSecret]) expect(await statusOf(secret)).toBe(401);
    });

    it("S-63 at most 100 secrets of a key retire at the same time, so that every list of secrets stays short", async () => {
      await post("/rotate", { graceSeconds: 60 });
      const expiresOn = new Date(server.deps.now().getTime() + 60_000).toISOString();
      await server.deps.store.transact(async ({ keys: repository, secrets }) => {
        const keyId = await lockTestKey(repository, admin.companyId, key.id);
        for (let index = 1; index < 100; index++) {
          const secret = { id: server.deps.newId(), keyId, digest: server.deps.randomBytes(32), expiresOn };
          const rest = {
            pepperVersion: "v",
            createdOn: expiresOn,
            createdBy: null,
            pipelineId: null,
            state: "retiring",
          } as const;
          await secrets.insert({ ...secret, ...rest });
        }
      });
      const staged = await start();
      expect(expectError(await post("/rotate", { graceSeconds: 60 }), "TOO_MANY_ROTATIONS")).toContain("100 retiring");
      const finish = `/rotations/${staged.rotationId}/finish`;
      expectError(await post(finish, { graceSeconds: 60 }), "TOO_MANY_ROTATIONS");
      expect(await states()).toEqual(["current", "pending", ...Array<string>(100).fill("retiring")]);
      // Without a grace period, all secrets end, and ended secrets do not count.
      server.clock.advance(60_001);
      expect((await post(finish, { graceSeconds: 60 })).status).toBe(200);
      expect((await post("/rotate")).status).toBe(200);
      expect(await states()).toEqual(["current"]);
    });
  });

  describe("bad input", () => {
    it.each([
      ["/rotate", { mode: "staged", graceSeconds: 60 }, "graceSeconds"],
      ["/rotate", { expiresInSeconds: 60 }, "expiresInSeconds"],
      ["/rotate", { mode: "immediate", takeOver: true }, "takeOver"],
      ["/rotate", { mode: "later" }, "mode"],
      ["/rotate", { mode: "staged", expiresInSeconds: 59 }, "expiresInSeconds"],
      ["/rotate", { graceSeconds: 604_801 }, "graceSeconds"],
      ["/rotate", { graceSeconds: -1 }, "graceSeconds"],
      ["/rotate", { graceSeconds: "60" }, "graceSeconds"],
      ["/rotate", { graceSeconds: 1.5 }, "graceSeconds"],
      [`/rotations/${randomUUID()}/finish`, { grace: 60 }, "grace"],
      [`/rotations/${randomUUID()}/abort`, { force: "yes" }, "force"],
      [`/rotations/${randomUUID()}/renew`, { seconds: 60 }, "seconds"],
    ])("S-16 %s with %o is refused with the name of the field, and does nothing", async (path, json, field) => {
      expect(expectError(await post(path, json), "VALIDATION_FAILED")).toContain(field);
      expect(await statusOf(key.clientSecret)).toBe(200);
      expect(await states()).toEqual(["current"]);
    });

    it("S-16 a rotation of another key or company does not exist", async () => {
      const started = await start();
      const other = await createTestKey(server, admin.token);
      const stranger = await createSignedIn(server);
      for (const verb of ["finish", "abort", "renew"]) {
        for (const [token, id] of [
          [admin.token, other.id],
          [stranger.token, key.id],
          [admin.token, "__proto__"],
        ]) {
          const response = await server.call("POST", `${keys}/${id}/rotations/${started.rotationId}/${verb}`, {
            token: token ?? "",
          });
          expectError(response, "NOT_FOUND");
        }
        expectError(await post(`/rotations/${randomUUID()}/${verb}`), "NOT_FOUND");
      }
      const listed = await server.call("GET", `${keys}/${key.id}/rotations`, { token: stranger.token });
      expectError(listed, "NOT_FOUND");
    });
  });
});
