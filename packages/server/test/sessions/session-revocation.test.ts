import { describe, expect, it } from "vitest";
import { disableUser } from "../../src/domain/accounts/manage-user.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { callSessions } from "../support/own-sessions.ts";
import { createPerson, createSignedIn, type SignedIn, signInPerson } from "../support/people.ts";
import { openRawSocket, parseRawResponse } from "../support/raw-socket.ts";
import type { TestServer } from "../support/start-server.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";

describe("sessions", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });
  const { getMe, refresh } = callSessions(server);

  describe("changes that apply from the next request", () => {
    it("S-07 sign-out ends access and refresh tokens immediately, and cannot be repeated", async () => {
      const person = await createSignedIn(server);
      const out = await server.call("POST", `${auth}/signout`, { token: person.token });
      expect([out.status, out.text]).toEqual([204, ""]);
      expectError(await getMe(person.token), "UNAUTHORIZED");
      expectError(await refresh(person.refreshToken), "UNAUTHORIZED");
      expectError(await server.call("POST", `${auth}/signout`, { token: person.token }), "UNAUTHORIZED");
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
      const create = (): Promise<HttpResponse> =>
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
        "a change of role",
        403,
        (own, { userId }) => own.database.query("update memberships set privilege = 3 where user_id = ?", userId),
      ],
      [
        "a change of plan",
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
      const response = parseRawResponse(await raw.until((text) => text.includes("\r\n\r\n")));
      raw.destroy();
      expect(response.status).toBe(status);
      expect(await own.database.query("select id from api_keys")).toEqual([]);
    });
  });

  describe("S-07 S-60 a session that ends before its call reaches the database gets no tokens, and nothing changes:", () => {
    const ends: [string, (own: TestServer, person: SignedIn) => Promise<unknown>][] = [
      ["the session was signed out", (own, { token }) => own.call("POST", `${auth}/signout`, { token })],
      ["its user was disabled", (own, { email }) => disableUser(own.deps, email, true)],
      [
        "its user was removed from the company",
        (own, { companyId }) => own.database.query("delete from memberships where company_id = ?", companyId),
      ],
    ];
    const calls: [string, (own: TestServer, person: SignedIn, other: string) => Promise<HttpResponse>][] = [
      ["refresh", (own, { refreshToken }) => own.call("POST", `${auth}/refresh`, { json: { refreshToken } })],
      [
        "switch",
        (own, { token }, other) => own.call("POST", `${auth}/switch-company`, { token, json: { companyId: other } }),
      ],
    ];
    const races = calls.flatMap(([name, call]) => ends.map(([how, end]) => [name, how, call, end] as const));
    // A switch leaves the company that the session had.
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
});
