import { describe, expect, it } from "vitest";
import { signIn } from "../../src/domain/sign-in/sign-in.ts";
import {
  address,
  attemptOf,
  auth,
  dayMs,
  getDeviceToken,
  signInWithDevice,
  stripIdentity,
  useFrozenServer,
  useUpBudget,
} from "../support/device-sign-ins.ts";
import { expectError } from "../support/expect-error.ts";
import { useDependencies, useServer, useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword, type Person } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

describe("device tokens", () => {
  const server = useServer();

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
    expectError(await signInWithDevice(server, { ...person, password: otherPassword }, token), "SIGN_IN_FAILED");
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
      useUpBudget(frozen.deps.signInLimiter, Array(8).fill(attemptOf(person)));
      const seen: unknown[] = [];
      for (const password of [otherPassword, otherPassword, otherPassword, person.password]) {
        seen.push(stripIdentity(await signInWithDevice(frozen, { ...person, password }, token)));
      }
      observed.push(seen);
    }
    for (const [index, [name]] of tokens.entries()) expect(observed[index], name).toEqual(observed[0]);
    expect(observed[0]).toMatchObject([{ status: 401 }, { status: 401 }, { status: 429 }, { status: 429 }]);
    const tooLong = await signInWithDevice(server, await createPerson(server.deps), "a".repeat(513));
    expectError(tooLong, "VALIDATION_FAILED");
  });

  it("S-61 a device is blocked only by its own ten failures", async () => {
    const frozen = await useFrozenServer();
    const person = await createPerson(frozen.deps);
    const token = await getDeviceToken(frozen, person);
    useUpBudget(frozen.deps.signInLimiter, Array(200).fill(attemptOf(person)));
    expectError(await signInWithDevice(frozen, person), "RATE_LIMITED");
    for (let failure = 0; failure < 10; failure++) {
      expect(await getDeviceToken(frozen, person, token)).toBe(token);
      expectError(await signInWithDevice(frozen, { ...person, password: otherPassword }, token), "SIGN_IN_FAILED");
    }
    expectError(await signInWithDevice(frozen, person, token), "RATE_LIMITED");
  });

  it("S-61 after the attempts of an account are used up, its correct password fails like a wrong one", async () => {
    const frozen = await useFrozenServer();
    const person = await createPerson(frozen.deps, { username: "ada" });
    const token = await getDeviceToken(frozen, person);
    // The budget of the username has room left. The account is what is blocked.
    for (const login of [person.email, "a name it had before"]) {
      const strangers = Array.from({ length: 100 }, (_, index) => `198.51.${index}.1`);
      useUpBudget(
        frozen.deps.signInLimiter,
        strangers.map((from) => ({ ...attemptOf(person), login, address: from })),
      );
    }
    const hash = async (): Promise<unknown> =>
      (await frozen.database.query("select password_hash from users where id = ?", person.userId))[0];
    const before = await hash();
    const username = { email: "ada", password: person.password };
    const [right, wrong] = [
      await signInWithDevice(frozen, username),
      await signInWithDevice(frozen, { ...username, password: otherPassword }),
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
    for (let time = 0; time < 12; time++) statuses.push((await signInWithDevice(frozen, person)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it("S-61 a token is accepted under every configured pepper, and then stored under the current one", async () => {
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
});
