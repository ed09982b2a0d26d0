import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { useServer } from "../support/lifetimes.ts";
import { fillPath, sessionOperations } from "../support/operations.ts";
import { callSessions } from "../support/own-sessions.ts";
import { createPerson, createSignedIn, signInPerson } from "../support/people.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";

describe("sessions", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });
  const { getMe, refresh } = callSessions(server);

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
      session: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        expiresAt: expect.stringMatching(/Z$/),
        endsOn: expect.stringMatching(/Z$/),
        endsAtLatestOn: null,
      },
      plan: "PRO",
      ip: "127.0.0.1",
    });
    const secondsLeft = (Date.parse(body.session.expiresAt) - Date.now()) / 1000;
    expect(secondsLeft).toBeGreaterThan(890);
    expect(secondsLeft).toBeLessThanOrEqual(900);
  });

  it("S-07 refuses every call without a session with the same message", async () => {
    for (const { method, path } of sessionOperations) {
      for (const authorization of [undefined, "", "Bearer", "Basic YTpi", "Bearer a b"]) {
        const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
        const response = await server.call(method, fillPath(path), { headers });
        expect(expectError(response, "UNAUTHORIZED"), `${method} ${path} ${authorization}`).toBe("Unauthorized");
      }
    }
  });

  it("S-07 switchCompany returns tokens for another company of the user, and the old tokens keep their company", async () => {
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
