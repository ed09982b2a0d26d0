import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { expectError } from "../support/expect-error.ts";
import { keys, useStagedRotations } from "../support/staged-rotations.ts";

describe("staged rotation", () => {
  const { server, admin, key, post, start, list, states, statusOf, audited } = useStagedRotations();

  describe("deadlines", () => {
    it("S-13 does not restore an ended secret with the grace period of a later rotation", async () => {
      const unused = await start({ expiresInSeconds: 60 });
      server.clock.advance(121_000);
      expect(await statusOf(unused.clientSecret)).toBe(401);
      const second = await start();
      await post(`/rotations/${second.rotationId}/finish`, { graceSeconds: 600 });
      expect(await states()).toEqual(["current", "retiring"]);
      expect(await statusOf(unused.clientSecret)).toBe(401);
      await post("/rotate", { graceSeconds: 600 });
      expect(await states()).toEqual(["current", "retiring", "retiring"]);
      expect(await statusOf(unused.clientSecret)).toBe(401);
    });

    it("S-13 does not extend a retiring secret by a later rotation with a longer grace period", async () => {
      const rotated = await post("/rotate", { graceSeconds: 60 });
      await post("/rotate", { graceSeconds: 600 });
      const staged = await start();
      expect((await post(`/rotations/${staged.rotationId}/finish`, { graceSeconds: 600 })).status).toBe(200);
      expect(await statusOf(key.clientSecret)).toBe(200);
      server.clock.advance(60_001);
      expect(await statusOf(key.clientSecret)).toBe(401);
      expect(await statusOf(rotated.body.clientSecret)).toBe(200);
      expect(await statusOf(staged.clientSecret)).toBe(200);
    });

    it("S-13 a rotation whose secret is retiring cannot be finished, and ends no secret", async () => {
      const started = await start();
      const rotated = await post("/rotate", { graceSeconds: 60 });
      for (const json of [{}, { takeOver: true }, { graceSeconds: 60 }, { graceSeconds: 60, takeOver: true }]) {
        expectError(await post(`/rotations/${started.rotationId}/finish`, json), "NOT_FOUND");
      }
      expect(await states()).toEqual(["current", "retiring", "retiring"]);
      for (const secret of [key.clientSecret, started.clientSecret, rotated.body.clientSecret]) {
        expect(await statusOf(secret)).toBe(200);
      }
    });

    it("an unused pending secret ends at its deadline, and can be neither finished nor renewed", async () => {
      const started = await start({ expiresInSeconds: 60 });
      server.clock.advance(60_001);
      expect(await statusOf(started.clientSecret)).toBe(401);
      expect(await states()).toEqual(["current"]);
      for (const verb of ["finish", "renew"]) {
        expectError(await post(`/rotations/${started.rotationId}/${verb}`), "NOT_FOUND");
      }
      const shown = await server.call("GET", `${keys}/${key.id}`, { token: admin.token });
      expect(shown.body.rotation).toBeNull();
      await start();
    });

    it("C-09 a pending secret that may have been delivered never expires, and requires force to abort", async () => {
      const started = await start({ expiresInSeconds: 60 });
      await post(`/rotations/${started.rotationId}/renew`);
      server.clock.advance(80_000_000);
      await removeExpired(server.deps);
      const [, pending] = await list();
      expect([pending.expiresOn, pending.firstUsedOn]).toEqual([null, null]);
      expectError(await post(`/rotations/${started.rotationId}/abort`), "ROTATION_IN_USE");
      expect(await statusOf(started.clientSecret)).toBe(200);
      expect((await post(`/rotations/${started.rotationId}/abort`, { force: true })).status).toBe(204);
    });

    it("C-09 a pending secret that was used never expires, not even after a restart", async () => {
      const started = await start({ expiresInSeconds: 60 });
      expect(await statusOf(started.clientSecret)).toBe(200);
      server.clock.advance(7 * 86_400_000);
      await removeExpired(server.deps);
      expect(await statusOf(started.clientSecret)).toBe(200);
    });

    it("S-13 a retiring secret ends exactly at its deadline, and retention removes it with an audit event", async () => {
      const rotated = await post("/rotate", { graceSeconds: 60 });
      expect(await statusOf(key.clientSecret)).toBe(200);
      expect(await statusOf(rotated.body.clientSecret)).toBe(200);
      const unused = await start({ expiresInSeconds: 60 });
      server.clock.advance(60_001);
      expect(await statusOf(key.clientSecret)).toBe(401);
      // Other tests may have left expired secrets, but the trail below belongs to this key only.
      expect((await removeExpired(server.deps)).secret).toBeGreaterThanOrEqual(2);
      expect((await removeExpired(server.deps)).secret).toBe(0);
      const expired = (await audited()).filter(({ action }: { action: string }) => action === "key.secret_expired");
      expect(expired.map(({ details }: { details: { state: string } }) => details.state).sort()).toEqual([
        "pending",
        "retiring",
      ]);
      expect(expired.map(({ actorId }: { actorId: unknown }) => actorId)).toEqual([null, null]);
      expectError(await post(`/rotations/${unused.rotationId}/abort`), "NOT_FOUND");
    });
  });
});
