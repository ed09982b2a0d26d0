import { setTimeout } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { removeExpired } from "../src/domain/jobs/remove-expired.ts";
import { authenticateSession } from "../src/domain/sessions/authenticate-session.ts";
import { countRows } from "./support/count-rows.ts";
import { expectError } from "./support/expect-error.ts";
import type { FakeUser } from "./support/fake-supabase-state.ts";
import type { Answer } from "./support/http-client.ts";
import { createProvided, type Hybrid, useHybrid } from "./support/hybrid-server.ts";
import { createTestKey } from "./support/keys.ts";
import { useDependencies } from "./support/lifetimes.ts";
import { createPerson, goodPassword, signInPerson } from "./support/people.ts";
import { listAuditedChanges, listChangesOfRefusal, listNewEvents, readState } from "./support/state-of-tables.ts";

const auth = "/external/v1/auth";
const daySeconds = 86_400;

const getMe = ({ server }: Hybrid, token: string): Promise<Answer> => server.call("GET", `${auth}/me`, { token });

describe("sessions of Supabase", () => {
  it("S-07 are accepted on the management plane as their user's, whose link is written down once", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
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

  it("S-07 are asked about once, however many calls come first at the same time", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const { identities } = hybrid.server.deps.store;
    const find = identities.findExternalSession;
    let lookups = 0;
    // Every second call learns late what it found, when others have finished.
    vi.spyOn(identities, "findExternalSession").mockImplementation(async (...input) => {
      const isLate = lookups++ % 2 === 1;
      const found = await find(...input);
      if (isLate) await setTimeout(100);
      return found;
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => getMe(hybrid, person.token)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(answers.map(({ body }) => body.session.id)).size).toBe(1);
    expect(hybrid.supabase.calls).toEqual(["GET /.well-known/jwks.json", "GET /user"]);
  });

  it("S-08 of a user who is not invited are refused without a call to Supabase", async () => {
    const hybrid = await useHybrid();
    const stranger = hybrid.supabase.project.addUser({ email: "stranger@elsewhere.example" });
    const { token } = await hybrid.supabase.signIn(stranger);
    expectError(await getMe(hybrid, token), "UNAUTHORIZED");
    expect(hybrid.supabase.calls).toEqual(["GET /.well-known/jwks.json"]);
  });

  const unverified: [string, Partial<FakeUser>][] = [
    ["the address was never confirmed", { isConfirmed: false }],
    ["only the project itself confirmed it", { isVerified: false }],
    ["only the user says so", { isConfirmed: false, isVerified: false, metadata: { email_verified: true } }],
    ["a company's own SAML server says so", { party: "sso:0b0f1f0e-1111-4111-8111-111111111111" }],
  ];
  it.each(unverified)("S-08 are refused on first sight when %s", async (_how, account) => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid, {}, account);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    Object.assign(person.account, { isConfirmed: true, isVerified: true, party: "google" });
    hybrid.server.clock.advance(10_000);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
  });

  it("S-05 that may not open are asked about once in ten seconds, with and without the second factor", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const countQuestions = (): number => supabase.calls.filter((call) => call === "GET /user").length;
    const unverified = await createProvided(hybrid, {}, { isVerified: false });
    const halfWay = await createProvided(hybrid, {}, { hasSecondFactor: true });
    for (const rounds of [1, 2]) {
      for (let index = 0; index < 5; index++) {
        expectError(await getMe(hybrid, unverified.token), "UNAUTHORIZED");
        expectError(await getMe(hybrid, halfWay.token), "UNAUTHORIZED");
      }
      expect(countQuestions()).toBe(2 * rounds);
      server.clock.advance(10_000);
    }
    expectError(await getMe(hybrid, halfWay.token), "UNAUTHORIZED");
    const session = supabase.project.sessions.find(({ id }) => id === halfWay.sessionId);
    if (session === undefined) throw new Error("no session");
    session.aal = "aal2";
    const whole = await supabase.project.signToken(session);
    const answers = await Promise.all([halfWay.token, whole].map((token) => getMe(hybrid, token)));
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);

    // That nobody could say so is no refusal.
    const unasked = await createProvided(hybrid);
    supabase.misbehaviour = "error";
    expectError(await getMe(hybrid, unasked.token), "UNAVAILABLE");
    supabase.misbehaviour = null;
    expect((await getMe(hybrid, unasked.token)).status).toBe(200);
  });

  it("S-08 belong to a subject, not to an address: neither a new address nor a new account with the old one changes whose they are", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createProvided(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);

    person.account.email = "new-name@partner.example";
    const renamed = await supabase.signIn(person.account);
    expect((await getMe(hybrid, renamed.token)).body.user.email).toBe(person.email);

    const successor = supabase.project.addUser({ email: person.email });
    expectError(await getMe(hybrid, (await supabase.signIn(successor)).token), "UNAUTHORIZED");
  });

  it("S-07 end here at once when they are signed out here, for every token they will ever have", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    expect((await server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    expect(session.isEnded).toBe(true);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");

    // Even had Supabase not heard of it, and long after.
    session.isEnded = false;
    server.clock.advance(100 * daySeconds * 1000);
    await removeExpired(server.deps);
    expect(await countRows(server.database, "sessions", "external_sessions")).toEqual([0, 1]);
    expectError(await getMe(hybrid, await supabase.project.signToken(session)), "UNAUTHORIZED");
  });

  it("S-07 end here even if Supabase is unreachable", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    hybrid.supabase.misbehaviour = "down";
    expect((await hybrid.server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 are one session on every node: taken over once, and ended for all", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createProvided(hybrid);
    const other = await useDependencies(server.env);
    const origin = { ip: "127.0.0.1", requestId: null };
    const authenticate = (): Promise<{ actor: { sessionId: string } }> =>
      authenticateSession(other, person.token, origin);
    const [here, there] = await Promise.all([getMe(hybrid, person.token), authenticate()]);
    expect(here.body.session.id).toBe(there.actor.sessionId);
    expect((await server.call("POST", `${auth}/signout`, { token: person.token })).status).toBe(204);
    await expect(authenticate()).rejects.toMatchObject({ type: "UNAUTHORIZED" });
  });

  it("S-07 apply disabling, demotion, plan and password changes with the next request", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createProvided(hybrid, { mustChangePassword: true });
    const create = (): Promise<Answer> =>
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

  it("S-07 keep their company, which a switch changes for all their tokens", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
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
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    const later = session === undefined ? "" : await supabase.project.signToken(session);
    expect((await getMe(hybrid, later)).body.activeCompany.id).toBe(other.companyId);
    expectError(
      await server.call("POST", `${auth}/switch-company`, { token: person.token, json: { companyId: "x" } }),
      "FORBIDDEN",
    );
  });

  it("S-07 end when nobody used them for the lifetime of a refresh token, and continue when somebody did", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
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

  it("S-60 are prolonged by accepted calls only, once, with a trace", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid, { privilege: 3 });
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    server.clock.advance(6 * daySeconds * 1000);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    const token = await supabase.project.signToken(session);
    const before = await readState(server.database);
    expectError(await server.call("GET", `${auth}/keys`, { token }), "FORBIDDEN");
    const json = { companyId: "not one of mine" };
    expectError(await server.call("POST", `${auth}/switch-company`, { token, json }), "FORBIDDEN");
    expect(listChangesOfRefusal(before, await readState(server.database))).toEqual([]);
    const answers = await Promise.all(Array.from({ length: 4 }, () => getMe(hybrid, token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const after = await readState(server.database);
    expect(listAuditedChanges(before, after)).toEqual(["sessions"]);
    const [event, ...more] = listNewEvents(before, after);
    expect([event?.action, event?.companyId, more]).toEqual(["session.refreshed", person.companyId, []]);
    expect(answers.map(({ headers }) => headers["x-request-id"])).toContain(event?.requestId);
  });

  it("S-51 are still accepted when their use cannot be recorded, and the operator is told", async () => {
    const hybrid = await useHybrid({ REFRESH_TOKEN_TTL: String(10 * daySeconds) });
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
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

  it("S-08 need the second factor where the user has one, and then with every token", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createProvided(hybrid, {}, { hasSecondFactor: true });
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    session.aal = "aal2";
    expect((await getMe(hybrid, await supabase.project.signToken(session))).status).toBe(200);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 that ended at Supabase, or whose user is banned there, are not taken over", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createProvided(hybrid);
    const session = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    session.isEnded = true;
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    session.isEnded = false;
    person.account.isBanned = true;
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it.each(["down", "error", "html", "redirect", "huge", "rate-limited"] as const)(
    "S-07 S-33 that are new get 503 while Supabase is %s, and known ones continue to work",
    async (misbehaviour) => {
      const hybrid = await useHybrid();
      const { supabase } = hybrid;
      const known = await createProvided(hybrid);
      const unknown = await createProvided(hybrid);
      expect((await getMe(hybrid, known.token)).status).toBe(200);
      supabase.misbehaviour = misbehaviour;
      expectError(await getMe(hybrid, unknown.token), "UNAVAILABLE");
      expect((await getMe(hybrid, known.token)).status).toBe(200);
      expect(supabase.calls).not.toContain("GET /elsewhere");
      supabase.misbehaviour = null;
      expect((await getMe(hybrid, unknown.token)).status).toBe(200);
    },
  );

  it("S-33 a Supabase that never ends its answer costs five seconds, and the others nothing", async () => {
    const hybrid = await useHybrid();
    const known = await createProvided(hybrid);
    const unknown = await createProvided(hybrid);
    expect((await getMe(hybrid, known.token)).status).toBe(200);
    hybrid.supabase.misbehaviour = "slow";
    const begin = performance.now();
    const slow = getMe(hybrid, unknown.token);
    expect((await getMe(hybrid, known.token)).status).toBe(200);
    expect(performance.now() - begin).toBeLessThan(2_000);
    expectError(await slow, "UNAVAILABLE");
    expect(performance.now() - begin).toBeLessThan(8_000);
  });

  it("S-15 are not taken over when the trail cannot be written", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const { database } = hybrid.server;
    await database.breakWrites("audit_events", "insert");
    expectError(await getMe(hybrid, person.token), "INTERNAL");
    expect(await countRows(database, "sessions", "external_sessions", "user_identities")).toEqual([0, 0, 0]);
  });

  it("S-07 without SUPABASE_URL none is accepted, and briksync's own sessions continue to work", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createProvided(hybrid);
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
