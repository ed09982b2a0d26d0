import { describe, expect, it } from "vitest";
import { disableUser } from "../src/domain/accounts/manage-user.ts";
import { expectError } from "./support/expect-error.ts";
import type { Answer } from "./support/http-client.ts";
import { createTestKey } from "./support/keys.ts";
import { useServer, useTestServer } from "./support/lifetimes.ts";
import { fillPath, sessionOperations } from "./support/operations.ts";
import { createPerson, createSignedIn, otherPassword, type SignedIn, signInPerson } from "./support/people.ts";
import { openRawSocket, parseRawAnswer } from "./support/raw-socket.ts";
import type { TestServer } from "./support/start-server.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";
const thirdPassword = "copper harbor violet engine";

describe("sessions", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });

  const getMe = (token: string): Promise<Answer> => server.call("GET", `${auth}/me`, { token });
  const refresh = (refreshToken: string): Promise<Answer> =>
    server.call("POST", `${auth}/refresh`, { json: { refreshToken } });

  it("S-07 getSession returns user, company, expiry, plan and address", async () => {
    const person = await createSignedIn(server, { plan: "PRO", privilege: 3 });
    const { status, body } = await getMe(person.token);
    expect(status).toBe(200);
    expect(body).toEqual({
      user: {
        id: person.userId,
        firstName: "Ada",
        lastName: "Lovelace",
        email: person.email,
        mustChangePassword: false,
      },
      activeCompany: { id: person.companyId, name: person.companyName },
      companies: [{ id: person.companyId, name: person.companyName, privilege: 3 }],
      session: { id: expect.stringMatching(/^[0-9a-f-]{36}$/), expiresAt: expect.stringMatching(/Z$/) },
      plan: "PRO",
      ip: "127.0.0.1",
    });
    const secondsLeft = (Date.parse(body.session.expiresAt) - Date.now()) / 1000;
    expect(secondsLeft).toBeGreaterThan(890);
    expect(secondsLeft).toBeLessThanOrEqual(900);
  });

  it("S-07 refuses every call without a session in the same words", async () => {
    for (const { method, path } of sessionOperations) {
      for (const authorization of [undefined, "", "Bearer", "Basic YTpi", "Bearer a b"]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const answer = await server.call(method, fillPath(path), { headers });
        expect(expectError(answer, "UNAUTHORIZED"), `${method} ${path} ${authorization}`).toBe("Unauthorized");
      }
    }
  });

  describe("refresh", () => {
    it("S-06 exchanges a token once for tokens that work, and stores neither", async () => {
      const person = await createSignedIn(server);
      const { status, body } = await refresh(person.refreshToken);
      expect(status).toBe(200);
      expect(body.refreshToken).not.toBe(person.refreshToken);
      expect(Object.keys(body)).toEqual([
        "accessToken",
        "expiresIn",
        "user",
        "activeCompany",
        "companies",
        "refreshToken",
      ]);
      expect((await getMe(body.accessToken)).status).toBe(200);
      const stored = await server.database.query("select digest from refresh_tokens");
      for (const text of [person.refreshToken, body.refreshToken]) {
        const plain = Buffer.from(text, "base64url");
        expect(stored.some(({ digest }) => Buffer.isBuffer(digest) && digest.equals(plain))).toBe(false);
      }
    });

    it("S-06 ends the session when a token is used after its successor was", async () => {
      const person = await createSignedIn(server);
      const second = (await refresh(person.refreshToken)).body;
      const third = (await refresh(second.refreshToken)).body;
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
      expectError(await getMe(third.accessToken), "UNAUTHORIZED");
      expectError(await refresh(third.refreshToken), "UNAUTHORIZED");
      const fresh = await signInPerson(server, person);
      const { body: events } = await server.call("GET", `${auth}/audit?action=session.revoked`, { token: fresh.token });
      expect(events).toHaveLength(1);
      expect(events[0].details).toEqual({ reason: "refresh token used twice" });
      expect((await getMe(fresh.token)).status).toBe(200);
    });

    it("S-06 returns the same successor again within 30 seconds, and not later", async () => {
      const patient = await useTestServer();
      const again = (token: string): Promise<Answer> =>
        patient.call("POST", `${auth}/refresh`, { json: { refreshToken: token } });
      const person = await createSignedIn(patient);
      const first = await again(person.refreshToken);
      patient.clock.advance(29_000);
      const repeated = await again(person.refreshToken);
      expect(repeated.status).toBe(200);
      expect(repeated.body.refreshToken).toBe(first.body.refreshToken);
      expect((await patient.call("GET", `${auth}/me`, { token: repeated.body.accessToken })).status).toBe(200);
      patient.clock.advance(2_000);
      expectError(await again(person.refreshToken), "UNAUTHORIZED");
      expectError(await again(first.body.refreshToken), "UNAUTHORIZED");
    });

    it("S-06 returns the same successor to parallel refreshes and keeps the session", async () => {
      const person = await createSignedIn(server);
      const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const successors = new Set(answers.map(({ body }) => body.refreshToken));
      expect(successors.size).toBe(1);
      const [successor = ""] = successors;
      expect((await refresh(successor)).status).toBe(200);
    });

    it("S-06 refuses unknown, empty, foreign and overlong tokens", async () => {
      const person = await createSignedIn(server);
      for (const text of [
        "x",
        person.token.slice(0, 500),
        `${person.refreshToken}=`,
        person.refreshToken.slice(1),
        "__proto__",
      ]) {
        expectError(await refresh(text), "UNAUTHORIZED");
      }
      expect(expectError(await refresh(""), "VALIDATION_FAILED")).toContain("refreshToken");
      expect(expectError(await refresh("x".repeat(513)), "VALIDATION_FAILED")).toContain("refreshToken");
      expect((await refresh(person.refreshToken)).status).toBe(200);
    });

    it("S-06 extends the session with each refresh, and ends it without one", async () => {
      const patient = await useTestServer({ ACCESS_TOKEN_TTL: "86400", REFRESH_TOKEN_TTL: "600" });
      const person = await createSignedIn(patient);
      patient.clock.advance(500_000);
      const next = await patient.call("POST", `${auth}/refresh`, { json: { refreshToken: person.refreshToken } });
      expect(next.status).toBe(200);
      patient.clock.advance(500_000);
      expect((await patient.call("GET", `${auth}/me`, { token: next.body.accessToken })).status).toBe(200);
      patient.clock.advance(101_000);
      expectError(await patient.call("GET", `${auth}/me`, { token: next.body.accessToken }), "UNAUTHORIZED");
      const late = await patient.call("POST", `${auth}/refresh`, { json: { refreshToken: next.body.refreshToken } });
      expectError(late, "UNAUTHORIZED");
    });
  });

  describe("what applies from the next request", () => {
    it("S-07 sign-out ends access and refresh tokens immediately, and cannot be repeated", async () => {
      const person = await createSignedIn(server);
      const out = await server.call("POST", `${auth}/signout`, { token: person.token });
      expect([out.status, out.text]).toEqual([204, ""]);
      expectError(await getMe(person.token), "UNAUTHORIZED");
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
      expectError(await server.call("POST", `${auth}/signout`, { token: person.token }), "UNAUTHORIZED");
    });

    it("S-07 changing the password ends every other session and keeps this one", async () => {
      const person = await createSignedIn(server);
      const elsewhere = await signInPerson(server, person);
      const changed = await server.call("POST", `${auth}/password`, {
        token: person.token,
        json: { currentPassword: person.password, newPassword: otherPassword },
      });
      expect(changed.status).toBe(204);
      expectError(await getMe(elsewhere.token), "UNAUTHORIZED");
      expectError(await refresh(elsewhere.refreshToken), "UNAUTHORIZED");
      expect((await getMe(person.token)).status).toBe(200);
      expect((await refresh(person.refreshToken)).status).toBe(200);
      await expect(signInPerson(server, person)).rejects.toThrow("401");
      await signInPerson(server, { ...person, password: otherPassword });
    });

    const interruptions: [string, (server: TestServer, person: SignedIn) => Promise<unknown>, string][] = [
      ["the session ends", (own, { token }) => own.call("POST", `${auth}/signout`, { token }), "UNAUTHORIZED"],
      [
        "the user is disabled",
        (own, { userId }) =>
          own.deps.store.transact(({ users }) => users.setDisabled(userId, own.clock.now().toISOString())),
        "UNAUTHORIZED",
      ],
      [
        "the session expires",
        async (own) => own.clock.advance(own.deps.settings.refreshTokenTtlSeconds * 1000 + 1),
        "UNAUTHORIZED",
      ],
      [
        "another password is set",
        (own, { userId }) =>
          own.deps.store.transact(async ({ users }) => {
            const before = (await users.findById(userId))?.passwordHash ?? "";
            expect(await users.replacePassword(userId, before, await own.deps.passwords.hash(thirdPassword))).toBe(
              true,
            );
          }),
        "SIGN_IN_FAILED",
      ],
    ];
    it.each(interruptions)(
      "S-07 S-60 changes no password when %s while the new one is hashed",
      async (_name, work, refusal) => {
        let meanwhile: (() => Promise<unknown>) | null = null;
        const own = await useTestServer({}, (deps) => ({
          ...deps,
          passwords: {
            ...deps.passwords,
            hash: async (password) => {
              const phc = await deps.passwords.hash(password);
              const now = meanwhile;
              meanwhile = null;
              await now?.();
              return phc;
            },
          },
        }));
        const person = await createSignedIn(own);
        const elsewhere = await signInPerson(own, person);
        const readUser = () => own.database.query("select * from users where id = ?", person.userId);
        let during: unknown;
        meanwhile = async () => {
          await work(own, person);
          during = await readUser();
        };
        const answer = await own.call("POST", `${auth}/password`, {
          token: person.token,
          json: { currentPassword: person.password, newPassword: otherPassword },
        });
        expectError(answer, refusal as never);
        expect(during).toBeDefined();
        expect(await readUser()).toEqual(during);
        const [session] = await own.database.query("select revoked_on from sessions order by created_on desc limit 1");
        expect(session).toEqual({ revoked_on: null });
        expect(elsewhere.token).not.toBe(person.token);
      },
    );

    it("S-62 a wrong current password is recorded with the company, the person and the request", async () => {
      const person = await createSignedIn(server);
      const refused = await server.call("POST", `${auth}/password`, {
        token: person.token,
        json: { currentPassword: thirdPassword, newPassword: otherPassword },
      });
      expectError(refused, "SIGN_IN_FAILED");
      const { body } = await server.call("GET", `${auth}/audit?action=password.change_failed`, { token: person.token });
      expect(body).toHaveLength(1);
      expect(body[0]).toMatchObject({
        actorId: person.userId,
        ip: "127.0.0.1",
        requestId: refused.headers["x-request-id"],
        details: {},
      });
    });

    it("S-07 tokens of a disabled user are refused until the user is enabled", async () => {
      const person = await createSignedIn(server);
      await server.deps.store.transact(({ users }) => users.setDisabled(person.userId, new Date().toISOString()));
      expectError(await getMe(person.token), "UNAUTHORIZED");
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
      await server.deps.store.transact(({ users }) => users.setDisabled(person.userId, null));
      expect((await getMe(person.token)).status).toBe(200);
    });

    it("S-07 privilege, plan and membership changes", async () => {
      const person = await createSignedIn(server);
      const create = (): Promise<Answer> =>
        server.call("POST", `${auth}/keys`, { token: person.token, json: { name: "CRM" } });
      expect((await create()).status).toBe(201);

      await server.deps.store.transact(({ users }) => users.setPlan(person.companyId, "PRO"));
      expect(expectError(await create(), "PLAN_UPGRADE_REQUIRED")).toContain("Settings → Billing");
      await server.deps.store.transact(({ users }) => users.setPlan(person.companyId, "BUSINESS"));

      const setPrivilege = (privilege: number): Promise<unknown> =>
        server.database.query("update memberships set privilege = ? where user_id = ?", privilege, person.userId);
      await setPrivilege(3);
      expectError(await create(), "FORBIDDEN");
      expect((await getMe(person.token)).body.companies[0].privilege).toBe(3);
      await setPrivilege(2);
      expect((await create()).status).toBe(201);

      await server.database.query("delete from memberships where user_id = ?", person.userId);
      expectError(await create(), "UNAUTHORIZED");
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
    });

    const lateBodies: [string, number, (server: TestServer, person: SignedIn) => Promise<unknown>][] = [
      ["the sign-out", 401, (own, { token }) => own.call("POST", `${auth}/signout`, { token })],
      [
        "a change of the role",
        403,
        (own, { userId }) => own.database.query("update memberships set privilege = 3 where user_id = ?", userId),
      ],
      [
        "a change of the plan",
        403,
        (own, { companyId }) => own.deps.store.transact(({ users }) => users.setPlan(companyId, "PRO")),
      ],
    ];
    it.each(lateBodies)("S-07 a call whose body arrives after %s does nothing", async (_name, status, change) => {
      let checks = 0;
      const own = await useTestServer({}, (deps) => {
        const sessions: typeof deps.store.sessions = {
          ...deps.store.sessions,
          findContext: async (sessionId) => {
            const found = await deps.store.sessions.findContext(sessionId);
            checks++;
            return found;
          },
        };
        return { ...deps, store: { ...deps.store, sessions } };
      });
      const person = await createSignedIn(own);
      const body = JSON.stringify({ name: "too late" });
      const raw = await openRawSocket(own.url);
      raw.send(
        `POST ${auth}/keys HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${person.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`,
      );
      raw.send(body.slice(0, 5));
      await expect.poll(() => checks).toBe(1);
      await change(own, person);
      raw.send(body.slice(5));
      const answer = parseRawAnswer(await raw.until((text) => text.includes("\r\n\r\n")));
      raw.destroy();
      expect(answer.status).toBe(status);
      expect(await own.database.query("select id from api_keys")).toEqual([]);
    });
  });

  describe("S-07 S-60 a session that may act no more when its call gets to the database gets no tokens, and nothing changes:", () => {
    const ends: [string, (own: TestServer, person: SignedIn) => Promise<unknown>][] = [
      ["signed out", (own, { token }) => own.call("POST", `${auth}/signout`, { token })],
      ["its user was disabled", (own, { email }) => disableUser(own.deps, email, true)],
      [
        "its user was removed from the company",
        (own, { companyId }) => own.database.query("delete from memberships where company_id = ?", companyId),
      ],
    ];
    const calls: [string, (own: TestServer, person: SignedIn, other: string) => Promise<Answer>][] = [
      ["refresh", (own, { refreshToken }) => own.call("POST", `${auth}/refresh`, { json: { refreshToken } })],
      [
        "switch",
        (own, { token }, other) => own.call("POST", `${auth}/switch-company`, { token, json: { companyId: other } }),
      ],
    ];
    const races = calls.flatMap(([name, call]) => ends.map(([how, end]) => [name, how, call, end] as const));
    // A switch leads away from the company that the session had.
    const refused = races.filter(([name, how]) => name === "refresh" || !how.includes("removed"));
    it.each(refused)("%s, %s", async (_name, _how, call, end) => {
      let meanwhile: (() => Promise<unknown>) | null = null;
      const own = await useTestServer({}, (deps) => {
        const transact: typeof deps.store.transact = async (work) => {
          const now = meanwhile;
          meanwhile = null;
          await now?.();
          return deps.store.transact(work);
        };
        return { ...deps, store: { ...deps.store, transact } };
      });
      const first = await createPerson(own.deps);
      const second = await createPerson(own.deps, { email: first.email });
      const person = await signInPerson(own, first);
      const readState = () =>
        Promise.all([
          own.database.query("select company_id, expires_on from sessions"),
          own.database.query("select digest, used_on from refresh_tokens"),
          own.database.query(
            "select id from audit_events where action in ('session.company_switched', 'session.refreshed')",
          ),
        ]);
      const before = await readState();
      meanwhile = () => end(own, person);
      expectError(await call(own, person, second.companyId), "UNAUTHORIZED");
      expect(meanwhile).toBeNull();
      expect(await readState()).toEqual(before);
    });
  });

  it("S-07 switchCompany gives tokens for another own company and leaves the old ones with theirs", async () => {
    const first = await createPerson(server.deps);
    await createPerson(server.deps, { email: first.email, company: "Second company", plan: "FREE" });
    const person = await signInPerson(server, first);
    const key = await createTestKey(server, person.token);
    const { body: me } = await getMe(person.token);
    const second = me.companies.find(({ name }: { name: string }) => name === "Second company");

    const switched = await server.call("POST", `${auth}/switch-company`, {
      token: person.token,
      json: { companyId: second.id },
    });
    expect(switched.status).toBe(200);
    expect(switched.body.activeCompany).toEqual({ id: second.id, name: "Second company" });
    expect((await server.call("GET", `${auth}/keys`, { token: switched.body.accessToken })).body).toEqual([]);
    expectError(await server.call("GET", `${auth}/keys/${key.id}`, { token: switched.body.accessToken }), "NOT_FOUND");
    expect((await server.call("GET", `${auth}/keys/${key.id}`, { token: person.token })).status).toBe(200);
    expect((await refresh(switched.body.refreshToken)).body.activeCompany.id).toBe(second.id);

    const stranger = await createPerson(server.deps);
    for (const companyId of [stranger.companyId, "no-such-company"]) {
      const refused = await server.call("POST", `${auth}/switch-company`, { token: person.token, json: { companyId } });
      expect(expectError(refused, "FORBIDDEN")).toBe("You do not belong to this company");
    }
  });
});
