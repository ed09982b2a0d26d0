import { describe, expect, it } from "vitest";
import { removeExpired } from "../src/domain/jobs/remove-expired.ts";
import { insertSession } from "../src/domain/sessions/sessions.ts";
import { signIn } from "../src/domain/sign-in/sign-in.ts";
import { findPresentedDevice, rememberDevice } from "../src/domain/sign-in-limits/device-tokens.ts";
import {
  address,
  attemptOf,
  auth,
  dayMs,
  getDeviceToken,
  present,
  stripIdentity,
  useFrozenServer,
  useUp,
} from "./support/device-sign-ins.ts";
import { expectError } from "./support/expect-error.ts";
import { createProvided, useHybrid } from "./support/hybrid-server.ts";
import { useDependencies, useServer, useTestServer } from "./support/lifetimes.ts";
import { createPerson, otherPassword, type Person } from "./support/people.ts";
import type { TestServer } from "./support/start-server.ts";

describe("device tokens", () => {
  const server = useServer();

  const countDevices = async (userId: string): Promise<number> =>
    (await server.database.query("select id from device_tokens where user_id = ?", userId)).length;

  it("S-61 S-10 a device keeps its token, and only a digest is stored", async () => {
    const person = await createPerson(server.deps);
    const token = await getDeviceToken(server, person);
    expect(await getDeviceToken(server, person, token)).toBe(token);
    expect(await getDeviceToken(server, person)).not.toBe(token);
    const stored = await server.database.query("select digest from device_tokens where user_id = ?", person.userId);
    expect(stored).toHaveLength(2);
    for (const { digest } of stored) {
      expect((digest as Buffer).equals(Buffer.from(token, "base64url"))).toBe(false);
      expect((digest as Buffer).includes(Buffer.from(token))).toBe(false);
    }
  });

  it("S-61 never replaces the password", async () => {
    const person = await createPerson(server.deps);
    const token = await getDeviceToken(server, person);
    expectError(await present(server, { ...person, password: otherPassword }, token), "SIGN_IN_FAILED");
    expectError(await server.call("GET", `${auth}/me`, { token }), "UNAUTHORIZED");
    const without = await server.call("POST", `${auth}/signin`, { json: { email: person.email, deviceToken: token } });
    expectError(without, "VALIDATION_FAILED");
  });

  it("S-61 an unknown, expired or foreign token gets the same response as no token", async () => {
    const tokens: [string, (server: TestServer, person: Person) => Promise<string | undefined>][] = [
      ["none", async () => undefined],
      ["unknown", async () => "a".repeat(43)],
      ["empty", async () => ""],
      ["long", async () => "a".repeat(512)],
      ["odd", async () => "\u0000'; -- %"],
      ["another's", async (one) => getDeviceToken(one, await createPerson(one.deps))],
      [
        "expired",
        async (one, person) => {
          const token = await getDeviceToken(one, person);
          one.clock.advance(366 * dayMs);
          return token;
        },
      ],
    ];
    const observed: unknown[] = [];
    for (const [, makeToken] of tokens) {
      const frozen = await useFrozenServer();
      const person = await createPerson(frozen.deps);
      const token = await makeToken(frozen, person);
      useUp(frozen.deps.signInLimiter, Array(8).fill(attemptOf(person)));
      const seen: unknown[] = [];
      for (const password of [otherPassword, otherPassword, otherPassword, person.password]) {
        seen.push(stripIdentity(await present(frozen, { ...person, password }, token)));
      }
      observed.push(seen);
    }
    for (const [index, [name]] of tokens.entries()) expect(observed[index], name).toEqual(observed[0]);
    expect(observed[0]).toMatchObject([{ status: 401 }, { status: 401 }, { status: 429 }, { status: 429 }]);
    const tooLong = await present(server, await createPerson(server.deps), "a".repeat(513));
    expectError(tooLong, "VALIDATION_FAILED");
  });

  it("S-61 a device is blocked only by its own ten failures", async () => {
    const frozen = await useFrozenServer();
    const person = await createPerson(frozen.deps);
    const token = await getDeviceToken(frozen, person);
    useUp(frozen.deps.signInLimiter, Array(200).fill(attemptOf(person)));
    expectError(await present(frozen, person), "RATE_LIMITED");
    for (let failure = 0; failure < 10; failure++) {
      expect(await getDeviceToken(frozen, person, token)).toBe(token);
      expectError(await present(frozen, { ...person, password: otherPassword }, token), "SIGN_IN_FAILED");
    }
    expectError(await present(frozen, person, token), "RATE_LIMITED");
  });

  it("S-61 after the attempts of an account are used up, its correct password fails like a wrong one", async () => {
    const frozen = await useFrozenServer();
    const person = await createPerson(frozen.deps, { username: "ada" });
    const token = await getDeviceToken(frozen, person);
    // The budget of the username still has room: what fails is the account.
    for (const login of [person.email, "a name it had before"]) {
      const strangers = Array.from({ length: 100 }, (_, index) => `198.51.${index}.1`);
      useUp(
        frozen.deps.signInLimiter,
        strangers.map((from) => ({ ...attemptOf(person), login, address: from })),
      );
    }
    const hash = async (): Promise<unknown> =>
      (await frozen.database.query("select password_hash from users where id = ?", person.userId))[0];
    const before = await hash();
    const username = { email: "ada", password: person.password };
    const [right, wrong] = [
      await present(frozen, username),
      await present(frozen, { ...username, password: otherPassword }),
    ];
    expect(stripIdentity(right)).toEqual(stripIdentity(wrong));
    expect(await hash()).toEqual(before);
    expect(await getDeviceToken(frozen, person, token)).toBe(token);
  });

  it("S-61 S-04 the correct password of a user without a company counts like a wrong one", async () => {
    const frozen = await useFrozenServer();
    const person = await createPerson(frozen.deps);
    await frozen.database.query("delete from memberships where user_id = ?", person.userId);
    const statuses: number[] = [];
    for (let time = 0; time < 12; time++) statuses.push((await present(frozen, person)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it("S-61 is accepted under every configured pepper, and then stored under the current one", async () => {
    const oldPepper = "an old pepper of a bit more than 32 bytes";
    const newPepper = "a new pepper of a bit more than 32 bytes";
    const before = await useTestServer({ BRIKSYNC_KEY_PEPPER: oldPepper });
    const person = await createPerson(before.deps);
    const deviceToken = await getDeviceToken(before, person);
    const origin = { ip: address, requestId: null };
    for (const peppers of [`${newPepper},${oldPepper}`, newPepper]) {
      const deps = await useDependencies({ ...before.env, BRIKSYNC_KEY_PEPPER: peppers });
      const session = await signIn(deps, { email: person.email, password: person.password, deviceToken }, origin);
      expect(session.deviceToken).toBe(deviceToken);
    }
  });

  it("S-07 S-61 a password change forgets every other device, and an operator can forget all", async () => {
    const person = await createPerson(server.deps);
    const here = (await present(server, person)).body;
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
    const here = (await present(server, person)).body;
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
    const kept = await deps.store.transact(async (repositories) => {
      const sessionId = await insertSession(deps, repositories, { userId, companyId, ttlSeconds: 3_600 });
      return rememberDevice(deps, repositories, { userId, sessionId, presented });
    });
    expect(kept).not.toBe(token);
    expect((await findPresentedDevice(deps, kept))?.device.userId).toBe(userId);
  });

  it("S-61 keeps twenty devices, and sign-ins of pipelines do not remove devices of users", async () => {
    const { deps, clock } = server;
    const { userId, companyId } = await createPerson(deps);
    /** What a sign-in does when the password was right. `isLeft` signs out again. */
    const arrive = async (token?: string, isLeft = false): Promise<string> => {
      clock.advance(1_000);
      const presented = await findPresentedDevice(deps, token);
      return deps.store.transact(async (repositories) => {
        const sessionId = await insertSession(deps, repositories, { userId, companyId, ttlSeconds: 3_600 });
        const kept = await rememberDevice(deps, repositories, { userId, sessionId, presented });
        if (isLeft) await repositories.sessions.revokeSession(sessionId, deps.now().toISOString());
        return kept;
      });
    };
    const isKnown = async (token: string): Promise<boolean> => (await findPresentedDevice(deps, token)) !== null;
    const laptop = await arrive();
    expect(await arrive(laptop, true)).toBe(laptop);
    const signedIn = await arrive();
    for (let run = 0; run < 30; run++) await arrive(undefined, true);
    expect(await countDevices(userId)).toBe(20);
    expect([await isKnown(laptop), await isKnown(signedIn)]).toEqual([true, true]);
    // Devices that came back displace one that never did, even if it is signed in, and then the one that was away for longest.
    const others: string[] = [];
    for (let device = 0; device < 19; device++) others.push(await arrive(await arrive()));
    expect([await isKnown(laptop), await isKnown(signedIn)]).toEqual([true, false]);
    const last = await arrive();
    expect([await isKnown(laptop), await isKnown(last), await isKnown(others[0] ?? "")]).toEqual([false, true, true]);
    expect(await countDevices(userId)).toBe(20);
  });

  it("S-61 forgets a device a year after its last sign-in, and retention removes it", async () => {
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

describe("device tokens with Supabase", () => {
  it("S-61 S-62 have their own budget there too, which wrong passwords use up", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const token = await getDeviceToken(hybrid.server, person);
    useUp(hybrid.server.deps.signInLimiter, Array(200).fill(attemptOf(person)));
    expectError(await present(hybrid.server, person), "RATE_LIMITED");
    expect(await getDeviceToken(hybrid.server, person, token)).toBe(token);
    for (let failure = 0; failure < 10; failure++) {
      expectError(await present(hybrid.server, { ...person, password: "wrong" }, token), "SIGN_IN_FAILED");
    }
    const asked = hybrid.supabase.calls.length;
    expectError(await present(hybrid.server, person, token), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });

  it("S-61 the correct password is not sent to Supabase after the attempts of an account are used up", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid, { username: "ada" });
    const strangers = Array.from({ length: 100 }, (_, index) => `198.51.${index}.1`);
    for (const login of [person.email, "somebody else"]) {
      useUp(
        hybrid.server.deps.signInLimiter,
        strangers.map((from) => ({ ...attemptOf(person), login, address: from })),
      );
    }
    const before = hybrid.supabase.calls.length;
    const sessions = hybrid.supabase.project.sessions.length;
    expectError(await present(hybrid.server, { ...person, email: "ada" }), "SIGN_IN_FAILED");
    expect(hybrid.supabase.calls.slice(before)).toEqual(["POST /token"]);
    expect(hybrid.supabase.project.sessions).toHaveLength(sessions);
  });
});
