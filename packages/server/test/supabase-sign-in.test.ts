import { describe, expect, it } from "vitest";
import { expectError } from "./support/expect-error.ts";
import type { FakeUser } from "./support/fake-supabase-state.ts";
import type { Answer } from "./support/http-client.ts";
import { createProvided, type Hybrid, useHybrid } from "./support/hybrid-server.ts";
import { useTestServer } from "./support/lifetimes.ts";
import { createPerson, goodPassword, otherPassword } from "./support/people.ts";
import { listChangesOfRefusal, listNewEvents, readState } from "./support/state-of-tables.ts";
import { createSharedKey } from "./support/supabase-keys.ts";

const auth = "/external/v1/auth";

const signIn = ({ server }: Hybrid, email: string, password: string, more: object = {}): Promise<Answer> =>
  server.call("POST", `${auth}/signin`, { json: { email, password, ...more } });
const refresh = ({ server }: Hybrid, refreshToken: string): Promise<Answer> =>
  server.call("POST", `${auth}/refresh`, { json: { refreshToken } });
const getMe = ({ server }: Hybrid, token: string): Promise<Answer> => server.call("GET", `${auth}/me`, { token });

describe("signing in through Supabase", () => {
  it("S-07 gives Supabase's tokens in the documented answer, by e-mail or username, for the company asked for", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps, { username: "ada" });
    const other = await createPerson(server.deps, { email: person.email });
    supabase.project.addUser({ email: person.email, password: goodPassword });
    const answer = await signIn(hybrid, person.email.toUpperCase(), goodPassword, { companyId: other.companyId });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      user: { id: person.userId, email: person.email },
      activeCompany: { id: other.companyId },
      expiresIn: 3_600,
    });
    expect(answer.headers["cache-control"]).toBe("no-store");
    const session = supabase.project.sessions.at(-1);
    expect(answer.body.refreshToken).toBe(session?.refreshToken);
    expect((await getMe(hybrid, answer.body.accessToken)).body.activeCompany.id).toBe(other.companyId);
    expect((await signIn(hybrid, "Ada", goodPassword)).status).toBe(200);
  });

  it("S-60 links nobody and opens no session when the sign-in is for a company of others", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps);
    const stranger = await createPerson(server.deps);
    supabase.project.addUser({ email: person.email, password: goodPassword });
    const before = await readState(server.database);
    expectError(await signIn(hybrid, person.email, goodPassword, { companyId: stranger.companyId }), "FORBIDDEN");
    const after = await readState(server.database);
    expect(listChangesOfRefusal(before, after)).toEqual([]);
    expect(listNewEvents(before, after)).toEqual([]);
    expect((await signIn(hybrid, person.email, goodPassword)).status).toBe(200);
  });

  it("S-04 refuses all others with the same response, and ends Supabase sessions of users who are not invited", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const accounts: Record<string, Partial<FakeUser> | null> = {
      right: {},
      banned: { isBanned: true },
      unconfirmed: { isConfirmed: false },
      unverified: { isVerified: false },
      disabled: {},
      "without an account there": null,
    };
    const emails: Record<string, string> = { nobody: "nobody@nowhere.example", "no address": "nobody" };
    for (const [name, account] of Object.entries(accounts)) {
      const person = await createPerson(server.deps, { password: otherPassword });
      emails[name] = person.email;
      if (account !== null) supabase.project.addUser({ email: person.email, password: goodPassword, ...account });
      if (name === "disabled") {
        await server.deps.store.transact(({ users }) => users.setDisabled(person.userId, new Date().toISOString()));
      }
    }
    const stranger = supabase.project.addUser({ email: "stranger@nowhere.example", password: goodPassword });
    emails["not invited"] = stranger.email;
    const answers: Answer[] = [];
    for (const [name, email] of Object.entries(emails)) {
      const answer = await signIn(hybrid, email, name === "right" ? otherPassword : goodPassword);
      expectError(answer, "SIGN_IN_FAILED");
      answers.push(answer);
    }
    const comparable = answers.map(({ headers, body }) => {
      const { "x-request-id": _id, date: _date, ...rest } = headers;
      return { rest, error: { ...body.error, requestId: "" } };
    });
    for (const one of comparable) expect(one).toEqual(comparable[0]);
    expect(supabase.project.sessions.filter(({ isEnded }) => !isEnded)).toEqual([]);
    const grants = supabase.calls.filter((call) => call === "POST /token");
    expect(grants).toHaveLength(Object.keys(emails).length);
  });

  it("S-05 limits failures before Supabase is asked", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    for (let index = 0; index < 10; index++) {
      expectError(await signIn(hybrid, person.email, "wrong"), "SIGN_IN_FAILED");
    }
    const asked = hybrid.supabase.calls.length;
    expectError(await signIn(hybrid, person.email, person.password), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });

  it("S-05 does not count what Supabase never judged, and says that it does not answer", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    for (const misbehaviour of ["down", "error", "html", "redirect", "huge", "rate-limited"] as const) {
      hybrid.supabase.misbehaviour = misbehaviour;
      for (let index = 0; index < 3; index++) {
        expectError(await signIn(hybrid, person.email, person.password), "UNAVAILABLE");
      }
    }
    hybrid.supabase.misbehaviour = null;
    expect((await signIn(hybrid, person.email, person.password)).status).toBe(200);
  });

  it("S-08 says that it does not work when the project's gateway wants a key, or signs with a secret nobody gave us", async () => {
    const hybrid = await useHybrid({ SUPABASE_PUBLISHABLE_KEY: "sb_publishable_of_another_project" });
    const person = await createProvided(hybrid);
    expectError(await signIn(hybrid, person.email, person.password), "UNAVAILABLE");

    const legacy = await useHybrid();
    const someone = await createProvided(legacy);
    legacy.supabase.project.signingKey = createSharedKey("a legacy secret of more than 32 bytes");
    expectError(await signIn(legacy, someone.email, someone.password), "UNAVAILABLE");
  });

  it("S-08 says where to go with a second factor, only to who had the password, and names companies to nobody", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createProvided(hybrid, {}, { hasSecondFactor: true });
    expectError(await signIn(hybrid, person.email, "wrong"), "SIGN_IN_FAILED");
    expect(expectError(await signIn(hybrid, person.email, person.password), "FORBIDDEN")).toContain("second factor");
    const other = await createProvided(hybrid);
    expectError(await signIn(hybrid, other.email, other.password, { companyId: person.companyId }), "FORBIDDEN");
    const open = supabase.project.sessions.filter(({ isEnded }) => !isEnded);
    expect(open.map(({ id }) => id).sort()).toEqual([person.sessionId, other.sessionId].sort());
  });

  it("S-04 leaves local passwords without effect, and without Supabase they work", async () => {
    const hybrid = await useHybrid();
    const person = await createPerson(hybrid.server.deps, { password: otherPassword });
    hybrid.supabase.project.addUser({ email: person.email, password: goodPassword });
    expectError(await signIn(hybrid, person.email, otherPassword), "SIGN_IN_FAILED");
    const local = await useTestServer();
    const someone = await createPerson(local.deps, { password: otherPassword });
    expect((await signIn({ ...hybrid, server: local }, someone.email, otherPassword)).status).toBe(200);
  });
});

describe("refreshing a session of Supabase", () => {
  it("S-06 exchanges Supabase's token for the next, within the same session and company", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createProvided(hybrid);
    const other = await createPerson(server.deps, { email: person.email });
    const first = await signIn(hybrid, person.email, person.password, { companyId: other.companyId });
    server.clock.advance(3_600_000);
    expectError(await getMe(hybrid, first.body.accessToken), "UNAUTHORIZED");
    const next = await refresh(hybrid, first.body.refreshToken);
    expect(next.status).toBe(200);
    expect(next.body.activeCompany.id).toBe(other.companyId);
    expect(next.body.refreshToken).not.toBe(first.body.refreshToken);
    expect((await getMe(hybrid, next.body.accessToken)).status).toBe(200);
    expectError(await refresh(hybrid, first.body.refreshToken), "UNAUTHORIZED");
  });

  it("S-07 does not bring back what was signed out, disabled or banned", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const signedOut = await createProvided(hybrid);
    const { body } = await signIn(hybrid, signedOut.email, signedOut.password);
    supabase.misbehaviour = "down";
    await server.call("POST", `${auth}/signout`, { token: body.accessToken });
    supabase.misbehaviour = null;
    const session = supabase.project.sessions.at(-1);
    expect(session?.isEnded).toBe(false);
    expectError(await refresh(hybrid, body.refreshToken), "UNAUTHORIZED");
    expect(session?.isEnded).toBe(true);

    const disabled = await createProvided(hybrid);
    const second = await signIn(hybrid, disabled.email, disabled.password);
    await server.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));
    expectError(await refresh(hybrid, second.body.refreshToken), "UNAUTHORIZED");

    const banned = await createProvided(hybrid);
    const third = await signIn(hybrid, banned.email, banned.password);
    banned.account.isBanned = true;
    expectError(await refresh(hybrid, third.body.refreshToken), "UNAUTHORIZED");
  });

  it("S-05 goes on exchanging tokens for an address that many wrong passwords came from, or many calls at once", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const { body } = await signIn(hybrid, person.email, person.password);
    for (let index = 0; index < 50; index++) await signIn(hybrid, `nobody-${index}@nowhere.example`, "wrong");
    expectError(await signIn(hybrid, "nobody@nowhere.example", "wrong"), "RATE_LIMITED");
    const next = await refresh(hybrid, body.refreshToken);
    expect(next.status).toBe(200);
    const others = await Promise.all(Array.from({ length: 100 }, (_, index) => refresh(hybrid, `other-${index}`)));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([401]));
  });

  it("S-05 limits made-up tokens before Supabase is asked, and says when it does not answer", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const { body } = await signIn(hybrid, person.email, person.password);
    hybrid.supabase.misbehaviour = "error";
    expectError(await refresh(hybrid, body.refreshToken), "UNAVAILABLE");
    hybrid.supabase.misbehaviour = null;
    const next = await refresh(hybrid, body.refreshToken);
    expect(next.status).toBe(200);
    // A slow machine gives some of the budget back meanwhile.
    let count = 0;
    while ((await refresh(hybrid, `made-up-${count}`)).status === 401 && count < 1_000) count += 1;
    expect(count).toBeGreaterThanOrEqual(200);
    expect(count).toBeLessThan(1_000);
    const asked = hybrid.supabase.calls.length;
    expectError(await refresh(hybrid, "made-up"), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });
});

describe("changing the password of a session of Supabase", () => {
  const change = ({ server }: Hybrid, token: string, currentPassword: string, newPassword: string): Promise<Answer> =>
    server.call("POST", `${auth}/password`, { token, json: { currentPassword, newPassword } });

  it("S-07 changes it there, clears what was asked for, and ends the other sessions on both sides", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid, { mustChangePassword: true });
    const other = await signIn(hybrid, person.email, person.password);
    expectError(await server.call("GET", `${auth}/keys`, { token: person.token }), "PASSWORD_CHANGE_REQUIRED");
    expectError(await change(hybrid, person.token, "wrong", otherPassword), "SIGN_IN_FAILED");
    expectError(await change(hybrid, person.token, person.password, "short"), "VALIDATION_FAILED");
    expect((await change(hybrid, person.token, person.password, otherPassword)).status).toBe(204);
    expect(person.account.password).toBe(otherPassword);
    expect((await server.call("GET", `${auth}/keys`, { token: person.token })).status).toBe(200);
    expectError(await getMe(hybrid, other.body.accessToken), "UNAUTHORIZED");
    const open = supabase.project.sessions.filter(({ isEnded }) => !isEnded);
    expect(open.map(({ id }) => id)).toEqual([person.sessionId]);
    expect((await signIn(hybrid, person.email, otherPassword)).status).toBe(200);
  });

  it("S-03 says that a password may be too long for Supabase, which takes 72 bytes", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const long = "seventeen quiet copper kettles ".repeat(3);
    for (const password of [long.slice(0, 73), `${long.slice(0, 70)}éé`]) {
      const answer = await change(hybrid, person.token, person.password, password);
      expect(expectError(answer, "VALIDATION_FAILED")).toContain("longer than 72 bytes");
      expect(answer.body.error.details).toHaveLength(1);
    }
    expect((await change(hybrid, person.token, person.password, long.slice(0, 72))).status).toBe(204);
  });

  it("S-07 is refused like every call when the session has ended at Supabase", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    const session = hybrid.supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    session.isEnded = true;
    expectError(await change(hybrid, person.token, person.password, otherPassword), "UNAUTHORIZED");
    expect(person.account.password).toBe(person.password);
  });

  it("S-07 goes on when Supabase lets nobody sign out for a while", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    hybrid.supabase.project.areSignOutsLimited = true;
    expect((await change(hybrid, person.token, person.password, otherPassword)).status).toBe(204);
    expect(person.account.password).toBe(otherPassword);
  });

  it("S-07 says so when Supabase wants more than the password, or does not answer", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    person.account.hasSecondFactor = true;
    expectError(await change(hybrid, person.token, person.password, otherPassword), "FORBIDDEN");
    hybrid.supabase.misbehaviour = "error";
    expectError(await change(hybrid, person.token, person.password, otherPassword), "UNAVAILABLE");
    expect(person.account.password).toBe(person.password);
  });
});
