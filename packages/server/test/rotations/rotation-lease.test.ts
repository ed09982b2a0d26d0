import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { isoTime, keys, useStagedRotations } from "../support/staged-rotations.ts";
import { startTestServer } from "../support/start-server.ts";

describe("staged rotation", () => {
  const { server, admin, post, start, states, statusOf, expireLease } = useStagedRotations();

  describe("the lease", () => {
    it("C-08 refuses a second start while the lease is held, and reports its holder, start and expiry", async () => {
      const started = await start();
      const refused = await post("/rotate", { mode: "staged" });
      expect(expectError(refused, "ROTATION_IN_PROGRESS")).toContain(admin.email);
      expect(Number(refused.headers["retry-after"])).toBeGreaterThan(110);
      expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(120);
      const details = new Map(
        refused.body.error.details.map(({ path, message }: Record<string, string>) => [path, message]),
      );
      expect(details.get("rotationId")).toBe(started.rotationId);
      expect(details.get("startedOn")).toMatch(isoTime);
      expect(details.get("startedBy")).toBe(admin.email);
      expect(details.get("leaseExpiresOn")).toBe(started.leaseExpiresOn);
      expect((await post("/rotate", { mode: "staged", takeOver: true })).status).toBe(200);
    });

    it("C-08 is kept by renewals, and is free after it expires, or after an abort or finish", async () => {
      const first = await start();
      server.clock.advance(100_000);
      const renewed = await post(`/rotations/${first.rotationId}/renew`);
      expect(renewed.body).toEqual({
        id: first.rotationId,
        leaseExpiresOn: expect.stringMatching(isoTime),
        leaseSeconds: 120,
        wasTakenOver: false,
      });
      server.clock.advance(100_000);
      expectError(await post("/rotate", { mode: "staged" }), "ROTATION_IN_PROGRESS");
      await post(`/rotations/${first.rotationId}/abort`, { force: true });
      const second = await start();
      await post(`/rotations/${second.rotationId}/finish`);
      await start();
      expireLease();
      await start();
    });

    it("C-08 is free after an immediate rotation, also while the rotation that held it retires", async () => {
      await start();
      await post("/rotate", { graceSeconds: 600 });
      expect(await states()).toEqual(["current", "retiring", "retiring"]);
      await start();
    });

    const otherEnds: [string, (rotationId: string) => Promise<unknown>][] = [
      ["is aborted", (rotationId) => post(`/rotations/${rotationId}/abort`)],
      [
        "is removed after its deadline",
        () => {
          server.clock.advance(60_001);
          return removeExpired(server.deps);
        },
      ],
    ];
    it.each(otherEnds)("C-08 stays with its holder if another rotation %s", async (_name, end) => {
      const first = await start({ expiresInSeconds: 60 });
      await start({ takeOver: true });
      await end(first.rotationId);
      expect(await states()).toEqual(["current", "pending"]);
      expectError(await post("/rotate", { mode: "staged" }), "ROTATION_IN_PROGRESS");
    });

    it("C-09 refuses to finish a rotation after another one held the lease, except with takeOver", async () => {
      const first = await start();
      expireLease();
      const second = await start();
      const finish = (json?: object) => post(`/rotations/${first.rotationId}/finish`, json);
      expectError(await finish(), "ROTATION_IN_PROGRESS");
      expectError(await post(`/rotations/${first.rotationId}/renew`), "ROTATION_IN_PROGRESS");
      expireLease();
      const refused = await finish();
      expect(expectError(refused, "ROTATION_IN_PROGRESS")).toContain(
        "held the lease last, and its secret may have been delivered",
      );
      expect(refused.headers["retry-after"]).toBeUndefined();
      expect(await statusOf(second.clientSecret)).toBe(200);
      expect((await finish({ takeOver: true })).status).toBe(200);
      expect(await statusOf(second.clientSecret)).toBe(401);
    });

    it("C-09 can be taken back after it expired, and then reports that the secret must be delivered again", async () => {
      const first = await start();
      expireLease();
      await start();
      expireLease();
      const renewed = await post(`/rotations/${first.rotationId}/renew`);
      expect([renewed.status, renewed.body.wasTakenOver]).toEqual([200, true]);
      expect((await post(`/rotations/${first.rotationId}/renew`)).body.wasTakenOver).toBe(false);
      expect((await post(`/rotations/${first.rotationId}/finish`)).status).toBe(200);
    });

    it("C-09 a finish with leaseExpiresOn fails after that lease was renewed or lost", async () => {
      const first = await start();
      const renew = async (): Promise<string> =>
        (await post(`/rotations/${first.rotationId}/renew`)).body.leaseExpiresOn;
      const finish = (leaseExpiresOn: string) => post(`/rotations/${first.rotationId}/finish`, { leaseExpiresOn });
      const before = await renew();
      const present = await renew();
      expect(present > before).toBe(true);
      expectError(await finish(before), "ROTATION_IN_PROGRESS");
      expectError(await finish(first.leaseExpiresOn), "ROTATION_IN_PROGRESS");
      expect(await states()).toEqual(["current", "pending"]);
      expireLease();
      const second = await start();
      expireLease();
      const takenBack = await renew();
      expectError(await finish(present), "ROTATION_IN_PROGRESS");
      expect(await statusOf(second.clientSecret)).toBe(200);
      expect((await finish(takenBack)).status).toBe(200);
      expect((await finish(takenBack)).status).toBe(200);
    });

    it("C-09 stays held after the finish while another process of the same rotation may deliver", async () => {
      const first = await start();
      const renew = async (leaseExpiresOn?: string): Promise<string> =>
        (await post(`/rotations/${first.rotationId}/renew`, leaseExpiresOn === undefined ? {} : { leaseExpiresOn }))
          .body.leaseExpiresOn;
      await renew();
      server.clock.advance(60_000);
      const other = await renew();
      const continued = await renew(other);
      await post(`/rotations/${first.rotationId}/finish`, { leaseExpiresOn: continued });
      const refused = await post("/rotate", { mode: "staged" });
      expectError(refused, "ROTATION_IN_PROGRESS");
      expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
      server.clock.advance(60_001);
      const second = await start();
      const only = (await post(`/rotations/${second.rotationId}/renew`)).body.leaseExpiresOn;
      const kept = (await post(`/rotations/${second.rotationId}/renew`, { leaseExpiresOn: only })).body.leaseExpiresOn;
      await post(`/rotations/${second.rotationId}/finish`, { leaseExpiresOn: kept });
      await start();
    });

    it("S-12 one of twenty concurrent starts gets it", async () => {
      const responses = await Promise.all(Array.from({ length: 20 }, () => post("/rotate", { mode: "staged" })));
      expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
      for (const response of responses.filter(({ status }) => status !== 200))
        expectError(response, "ROTATION_IN_PROGRESS");
    });

    it("has the duration that the operator set", async () => {
      const own = await startTestServer({ ROTATION_LEASE_SECONDS: "2" });
      const owner = await createSignedIn(own);
      const { id } = await createTestKey(own, owner.token);
      const call = () => own.call("POST", `${keys}/${id}/rotate`, { token: owner.token, json: { mode: "staged" } });
      await call();
      expect((await call()).headers["retry-after"]).toBe("2");
      own.clock.advance(2_001);
      expect((await call()).status).toBe(200);
      await own.stop();
    });
  });
});
