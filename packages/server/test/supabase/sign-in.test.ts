import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createFactor } from "../support/fake-supabase-factors.ts";
import type { FakeUser } from "../support/fake-supabase-state.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, type Hybrid, useHybrid } from "../support/hybrid-server.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, goodPassword, otherPassword } from "../support/people.ts";
import { listChangesOfRefusal, listNewEvents, readState } from "../support/state-of-tables.ts";
import { createSharedKey } from "../support/supabase-keys.ts";

const auth = "/external/v1/auth";

const signIn = ({ server }: Hybrid, email: string, password: string, more: object = {}): Promise<HttpResponse> =>
  server.call("POST", `${auth}/signin`, { json: { email, password, ...more } });
const getMe = ({ server }: Hybrid, token: string): Promise<HttpResponse> => server.call("GET", `${auth}/me`, { token });

describe("signing in through Supabase", () => {
  it("S-07 returns Supabase's tokens in the documented format, by email or username, for the requested company", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps, { username: "ada" });
    const other = await createPerson(server.deps, { email: person.email });
    supabase.project.addUser({ email: person.email, password: goodPassword });
    const response = await signIn(hybrid, person.email.toUpperCase(), goodPassword, { companyId: other.companyId });
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({
      user: { id: person.userId, email: person.email },
      activeCompany: { id: other.companyId },
      expiresIn: 3_600,
    });
    expect(response.headers["cache-control"]).toBe("no-store");
    const session = supabase.project.sessions.at(-1);
    expect(response.body.refreshToken).toBe(session?.refreshToken);
    expect((await getMe(hybrid, response.body.accessToken)).body.activeCompany.id).toBe(other.companyId);
    expect((await signIn(hybrid, "Ada", goodPassword)).status).toBe(200);
  });

  it("S-60 links no user and opens no session if the requested company belongs to others", async () => {
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

  it("S-04 refuses all others with the same response, and ends Supabase sessions of uninvited users", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const accounts: Record<string, Partial<FakeUser> | null> = {
      right: {},
      banned: { isBanned: true },
      unconfirmed: { isConfirmed: false },
      unverified: { isVerified: false },
      disabled: {},
      "without an account at Supabase": null,
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
    const responses: HttpResponse[] = [];
    for (const [name, email] of Object.entries(emails)) {
      const response = await signIn(hybrid, email, name === "right" ? otherPassword : goodPassword);
      expectError(response, "SIGN_IN_FAILED");
      responses.push(response);
    }
    const toComparable = responses.map(({ headers, body }) => {
      const { "x-request-id": _id, date: _date, ...rest } = headers;
      return { rest, error: { ...body.error, requestId: "" } };
    });
    for (const one of toComparable) expect(one).toEqual(toComparable[0]);
    expect(supabase.project.sessions.filter(({ isEnded }) => !isEnded)).toEqual([]);
    const grants = supabase.calls.filter((call) => call === "POST /token");
    expect(grants).toHaveLength(Object.keys(emails).length);
  });

  it("S-05 limits failures before a call to Supabase", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    for (let index = 0; index < 10; index++) {
      expectError(await signIn(hybrid, person.email, "wrong"), "SIGN_IN_FAILED");
    }
    const asked = hybrid.supabase.calls.length;
    expectError(await signIn(hybrid, person.email, person.password), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });

  it("S-05 does not count attempts that Supabase did not check, and reports that Supabase does not respond", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    for (const misbehavior of ["down", "error", "html", "redirect", "huge", "rate-limited"] as const) {
      hybrid.supabase.misbehavior = misbehavior;
      for (let index = 0; index < 3; index++) {
        expectError(await signIn(hybrid, person.email, person.password), "UNAVAILABLE");
      }
    }
    hybrid.supabase.misbehavior = null;
    expect((await signIn(hybrid, person.email, person.password)).status).toBe(200);
  });

  it("S-08 reports a failure if the project requires another key, or signs with a secret that is not configured", async () => {
    const hybrid = await useHybrid({ SUPABASE_PUBLISHABLE_KEY: "sb_publishable_of_another_project" });
    const person = await createSupabasePerson(hybrid);
    expectError(await signIn(hybrid, person.email, person.password), "UNAVAILABLE");

    const legacy = await useHybrid();
    const someone = await createSupabasePerson(legacy);
    legacy.supabase.project.signingKey = createSharedKey("a legacy secret of more than 32 bytes");
    expectError(await signIn(legacy, someone.email, someone.password), "UNAVAILABLE");
  });

  it("S-08 tells only users with the correct password how to use a second factor, and lists no companies", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createSupabasePerson(hybrid, {}, { factors: [createFactor("totp")] });
    expectError(await signIn(hybrid, person.email, "wrong"), "SIGN_IN_FAILED");
    expect(expectError(await signIn(hybrid, person.email, person.password), "FORBIDDEN")).toContain(
      "second factor. Sign in through the browser: briksync login --web",
    );
    const other = await createSupabasePerson(hybrid);
    expectError(await signIn(hybrid, other.email, other.password, { companyId: person.companyId }), "FORBIDDEN");
    const open = supabase.project.sessions.filter(({ isEnded }) => !isEnded);
    expect(open.map(({ id }) => id).sort()).toEqual([person.sessionId, other.sessionId].sort());
  });

  it("S-04 ignores local passwords while Supabase is configured, and accepts them without it", async () => {
    const hybrid = await useHybrid();
    const person = await createPerson(hybrid.server.deps, { password: otherPassword });
    hybrid.supabase.project.addUser({ email: person.email, password: goodPassword });
    expectError(await signIn(hybrid, person.email, otherPassword), "SIGN_IN_FAILED");
    const local = await useTestServer();
    const someone = await createPerson(local.deps, { password: otherPassword });
    expect((await signIn({ ...hybrid, server: local }, someone.email, otherPassword)).status).toBe(200);
  });
});
