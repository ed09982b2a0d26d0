import { describe, expect, it, vi } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { authenticateSession } from "../../src/domain/sessions/authenticate-session.ts";
import { countRows } from "../support/count-rows.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, findSession, getMe, useHybrid } from "../support/hybrid-server.ts";
import { createTestKey } from "../support/keys.ts";
import { useDependencies } from "../support/lifetimes.ts";
import { createPerson, goodPassword, signInPerson } from "../support/people.ts";
import { listAuditedChanges, listChangesOfRefusal, listNewEvents, readState } from "../support/state-of-tables.ts";

const auth = "/external/v1/auth";
const daySeconds = 86_400;

describe("sessions of Supabase", () => {
  it("S-07 are accepted on the management plane for their user, and the link is stored once", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const me = await getMe(hybrid, person.token);
    expect(me.status).toBe(200);
    expect(me.body.user).toMatchObject({ id: person.userId, email: person.email });
    expect(me.body.activeCompany.id).toBe(person.companyId);
    await createTestKey(server, person.token);

    const second = await supabase.signIn(person.account);
    expect((await getMe(hybrid, second.token)).body.user.id).toBe(person.userId);
    const { body: events } = await server.call("GET", `${auth}/audit`, { token: person.token });
    const actions = events.map(({ action }: { action: string }) => action);
    expect(actions.filter((action: string) => action === "user.identity_linked")).toHaveLength(1);
    expect(actions.filter((action: string) => action === "session.signed_in")).toHaveLength(2);
    expect(events.find(({ action }: { action: string }) => action === "user.identity_linked").details).toEqual({
      provider: `${supabase.url}/auth/v1`,
      subject: person.account.id,
    });
  });

  it("S-08 belong to a subject: a new address, or a new account with the old address, does not change the user", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);

    person.account.email = "new-name@partner.example";
    const renamed = await supabase.signIn(person.account);
    expect((await getMe(hybrid, renamed.token)).body.user.email).toBe(person.email);

    const successor = supabase.project.addUser({ email: person.email });
    expectError(await getMe(hybrid, (await supabase.signIn(successor)).token), "UNAUTHORIZED");
  });

  it("S-07 end immediately on the server after a sign-out, for all future tokens", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const session = findSession(hybrid, person);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    expect((await server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    expect(session.isEnded).toBe(true);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");

    // This holds even if Supabase did not end the session, and long afterwards.
    session.isEnded = false;
    server.clock.advance(100 * daySeconds * 1000);
    await removeExpired(server.deps);
    expect(await countRows(server.database, "sessions", "external_sessions")).toEqual([0, 1]);
    expectError(await getMe(hybrid, await supabase.project.signToken(session)), "UNAUTHORIZED");
  });

  it("S-07 end on the server even if Supabase is unreachable", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    hybrid.supabase.misbehavior = "down";
    expect((await hybrid.server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 are one session on all nodes: added once, and ended for all", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const other = await useDependencies(server.env);
    const origin = { ip: "127.0.0.1", requestId: null };
    const authenticate = (): Promise<{ actor: { sessionId: string } }> =>
      authenticateSession(other, person.token, origin);
    const [here, there] = await Promise.all([getMe(hybrid, person.token), authenticate()]);
    expect(here.body.session.id).toBe(there.actor.sessionId);
    expect((await server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    await expect(authenticate()).rejects.toMatchObject({ type: "UNAUTHORIZED" });
  });

  it("S-07 are accepted if another node links the user during the lookup", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const other = await useDependencies(hybrid.server.env);
    const findUser = other.store.identities.findUser.bind(other.store.identities);
    vi.spyOn(other.store.identities, "findUser").mockImplementationOnce(async (provider, subject) => {
      const found = await findUser(provider, subject);
      expect((await getMe(hybrid, person.token)).status).toBe(200);
      return found;
    });
    const { actor } = await authenticateSession(other, person.token, { ip: "127.0.0.1", requestId: null });
    expect(actor.userId).toBe(person.userId);
  });

  it("S-07 apply disabling, demotion, plan and password changes with the next request", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid, { mustChangePassword: true });
    const create = (): Promise<HttpResponse> =>
      server.call("POST", `${auth}/keys`, { token: person.token, json: { name: "CRM" } });
    expectError(await create(), "PASSWORD_CHANGE_REQUIRED");
    const { store } = server.deps;
    await store.transact(({ users }) => users.clearPasswordChange(person.userId));
    expect((await create()).status).toBe(201);
    await store.transact(({ users }) => users.setPlan(person.companyId, "PRO"));
    expectError(await create(), "PLAN_UPGRADE_REQUIRED");
    await store.transact(({ users }) =>
      users.putMembership({ ...person, privilege: 3, createdOn: new Date().toISOString() }),
    );
    expectError(await create(), "FORBIDDEN");
    await store.transact(({ users }) => users.setDisabled(person.userId, new Date().toISOString()));
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 keep their company, and a switch changes it for all their tokens", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const other = await createPerson(server.deps, { email: person.email, company: "Second" });
    const switched = await server.call("POST", `${auth}/switch-company`, {
      token: person.token,
      json: { companyId: other.companyId },
    });
    expect(switched.status).toBe(200);
    expect(switched.body.activeCompany.id).toBe(other.companyId);
    expect(switched.body.accessToken).toBe(person.token);
    expect(switched.body.refreshToken).toBeUndefined();
    expect(switched.body.expiresIn).toBeGreaterThan(3_500);
    const later = await supabase.project.signToken(findSession(hybrid, person));
    expect((await getMe(hybrid, later)).body.activeCompany.id).toBe(other.companyId);
    expectError(
      await server.call("POST", `${auth}/switch-company`, { token: person.token, json: { companyId: "x" } }),
      "FORBIDDEN",
    );
  });

  it("S-07 end if they are unused for the lifetime of a refresh token, and continue otherwise", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const session = findSession(hybrid, person);
    for (const [days, status] of [
      [0, 200],
      [6, 200],
      [6, 200],
      [11, 401],
    ] as const) {
      server.clock.advance(days * daySeconds * 1000);
      expect((await getMe(hybrid, await supabase.project.signToken(session))).status, `${days} days`).toBe(status);
    }
  });

  it("S-60 are prolonged once, and only by accepted calls, with an audit event", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid, { privilege: 3 });
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    server.clock.advance(6 * daySeconds * 1000);
    const session = findSession(hybrid, person);
    const token = await supabase.project.signToken(session);
    const before = await readState(server.database);
    expectError(await server.call("GET", `${auth}/keys`, { token }), "FORBIDDEN");
    const json = { companyId: "not one of mine" };
    expectError(await server.call("POST", `${auth}/switch-company`, { token, json }), "FORBIDDEN");
    expect(listChangesOfRefusal(before, await readState(server.database))).toEqual([]);
    const responses = await Promise.all(Array.from({ length: 4 }, () => getMe(hybrid, token)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const after = await readState(server.database);
    expect(listAuditedChanges(before, after)).toEqual(["sessions"]);
    const [event, ...more] = listNewEvents(before, after);
    expect([event?.action, event?.companyId, more]).toEqual(["session.refreshed", person.companyId, []]);
    expect(responses.map(({ headers }) => headers["x-request-id"])).toContain(event?.requestId);
  });

  it("S-51 are still accepted if their use cannot be recorded, and the operator is notified", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const session = findSession(hybrid, person);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    const restoreWrites = await server.database.breakWrites("sessions", "update");
    server.clock.advance(6 * daySeconds * 1000);
    expect((await getMe(hybrid, await supabase.project.signToken(session))).status).toBe(200);
    expect(server.failures.map(({ what }) => what)).toEqual(["cannot extend a session of the identity provider"]);
    await restoreWrites();
    expect((await getMe(hybrid, await supabase.project.signToken(session))).status).toBe(200);
    server.clock.advance(6 * daySeconds * 1000);
    expect((await getMe(hybrid, await supabase.project.signToken(session))).status).toBe(200);
  });

  it("S-07 are refused without SUPABASE_URL, and briksync's own sessions continue to work", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const before = await createPerson(server.deps, { password: goodPassword });
    const { identityProvider } = server.deps;
    Object.assign(server.deps, { identityProvider: null });
    const own = await signInPerson(server, before);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    Object.assign(server.deps, { identityProvider });
    expect((await getMe(hybrid, own.token)).status).toBe(200);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
  });
});
