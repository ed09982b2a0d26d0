import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { insertSession } from "../../src/domain/sessions/insert-session.ts";
import { findPresentedDevice, rememberDevice } from "../../src/domain/sign-in-limits/device-tokens.ts";
import { auth, dayMs, getDeviceToken, signInWithDevice } from "../support/device-sign-ins.ts";
import { expectError } from "../support/expect-error.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword } from "../support/people.ts";

describe("device tokens", () => {
  const server = useServer();

  const countDevices = async (userId: string): Promise<number> =>
    (await server.database.query("select id from device_tokens where user_id = ?", userId)).length;

  it("S-07 S-61 a password change forgets every other device, and an operator can forget all", async () => {
    const person = await createPerson(server.deps);
    const here = (await signInWithDevice(server, person)).body;
    const elsewhere = await getDeviceToken(server, person);
    const changed = await server.call("POST", `${auth}/password`, {
      token: here.accessToken,
      json: { currentPassword: person.password, newPassword: otherPassword },
    });
    expect(changed.status).toBe(204);
    const now = { ...person, password: otherPassword };
    expect(await countDevices(person.userId)).toBe(1);
    expect(await getDeviceToken(server, now, here.deviceToken)).toBe(here.deviceToken);
    expect(await getDeviceToken(server, now, elsewhere)).not.toBe(elsewhere);
    expect(await server.deps.store.transact(({ deviceTokens }) => deviceTokens.deleteOfUser(person.userId))).toBe(2);
    expect(await getDeviceToken(server, now, here.deviceToken)).not.toBe(here.deviceToken);
  });

  it("S-61 a refused password change forgets no device", async () => {
    const person = await createPerson(server.deps);
    const here = (await signInWithDevice(server, person)).body;
    await getDeviceToken(server, person);
    const refused = await server.call("POST", `${auth}/password`, {
      token: here.accessToken,
      json: { currentPassword: otherPassword, newPassword: "eighteen quiet copper kettles" },
    });
    expectError(refused, "SIGN_IN_FAILED");
    expect(await countDevices(person.userId)).toBe(2);
  });

  it("S-61 a device that is forgotten while it signs in gets a new token, which works", async () => {
    const { deps } = server;
    const person = await createPerson(deps);
    const { userId, companyId } = person;
    const token = await getDeviceToken(server, person);
    const presented = await findPresentedDevice(deps, token);
    expect(presented?.token).toBe(token);
    await deps.store.transact(({ deviceTokens }) => deviceTokens.deleteOfUser(userId));
    const kept = await deps.transact(async (tx) => {
      const sessionId = await insertSession(tx, {
        userId,
        companyId,
        ttlSeconds: 3_600,
        opening: { openedWith: "password", ip: null },
      });
      return rememberDevice(tx, { userId, sessionId, presented });
    });
    expect(kept).not.toBe(token);
    expect((await findPresentedDevice(deps, kept))?.device.userId).toBe(userId);
  });

  it("S-61 keeps twenty devices, and sign-ins of pipelines do not remove devices of users", async () => {
    const { deps, clock } = server;
    const { userId, companyId } = await createPerson(deps);
    /** Signs in as after a correct password. `isLeft` signs out again. */
    const signInDevice = async (token?: string, isLeft = false): Promise<string> => {
      clock.advance(1_000);
      const presented = await findPresentedDevice(deps, token);
      return deps.transact(async (tx) => {
        const sessionId = await insertSession(tx, {
          userId,
          companyId,
          ttlSeconds: 3_600,
          opening: { openedWith: "password", ip: null },
        });
        const kept = await rememberDevice(tx, { userId, sessionId, presented });
        if (isLeft) await tx.store.sessions.revokeSession(sessionId, deps.now().toISOString());
        return kept;
      });
    };
    const isKnown = async (token: string): Promise<boolean> => (await findPresentedDevice(deps, token)) !== null;
    const laptop = await signInDevice();
    expect(await signInDevice(laptop, true)).toBe(laptop);
    const signedIn = await signInDevice();
    for (let run = 0; run < 30; run++) await signInDevice(undefined, true);
    expect(await countDevices(userId)).toBe(20);
    expect([await isKnown(laptop), await isKnown(signedIn)]).toEqual([true, true]);
    // A device that came back displaces one that never did, even a signed-in one. After those, it displaces the device
    // that was away longest.
    const others: string[] = [];
    for (let device = 0; device < 19; device++) others.push(await signInDevice(await signInDevice()));
    expect([await isKnown(laptop), await isKnown(signedIn)]).toEqual([true, false]);
    const last = await signInDevice();
    expect([await isKnown(laptop), await isKnown(last), await isKnown(others[0] ?? "")]).toEqual([false, true, true]);
    expect(await countDevices(userId)).toBe(20);
  });

  it("S-61 forgets a device one year after its last sign-in, and retention removes it", async () => {
    const patient = await useTestServer();
    const person = await createPerson(patient.deps);
    const token = await getDeviceToken(patient, person);
    patient.clock.advance(364 * dayMs);
    expect((await removeExpired(patient.deps)).device_token).toBe(0);
    expect(await getDeviceToken(patient, person, token)).toBe(token);
    patient.clock.advance(364 * dayMs);
    expect(await getDeviceToken(patient, person, token)).toBe(token);
    patient.clock.advance(365 * dayMs);
    expect(await getDeviceToken(patient, person, token)).not.toBe(token);
    expect((await removeExpired(patient.deps)).device_token).toBe(1);
    expect((await removeExpired(patient.deps)).device_token).toBe(0);
  });
});
