import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createFactor } from "../support/fake-supabase-factors.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, type Hybrid, useHybrid } from "../support/hybrid-server.ts";
import { otherPassword } from "../support/people.ts";

const auth = "/external/v1/auth";

const signIn = ({ server }: Hybrid, email: string, password: string, more: object = {}): Promise<HttpResponse> =>
  server.call("POST", `${auth}/signin`, { json: { email, password, ...more } });
const getMe = ({ server }: Hybrid, token: string): Promise<HttpResponse> => server.call("GET", `${auth}/me`, { token });

describe("changing the password of a Supabase session", () => {
  const change = (
    { server }: Hybrid,
    token: string,
    currentPassword: string,
    newPassword: string,
  ): Promise<HttpResponse> =>
    server.call("POST", `${auth}/password`, { token, json: { currentPassword, newPassword } });

  it("S-07 changes it at Supabase, clears the required change, and ends other sessions on both sides", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid, { mustChangePassword: true });
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

  it("S-03 reports that a password may be too long for Supabase, which accepts 72 bytes", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const long = "seventeen quiet copper kettles ".repeat(3);
    for (const password of [long.slice(0, 73), `${long.slice(0, 70)}éé`]) {
      const response = await change(hybrid, person.token, person.password, password);
      expect(expectError(response, "VALIDATION_FAILED")).toContain("longer than 72 bytes");
      expect(response.body.error.details).toHaveLength(1);
    }
    expect((await change(hybrid, person.token, person.password, long.slice(0, 72))).status).toBe(204);
  });

  it("S-07 is refused like every call if the session has ended at Supabase", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    const session = hybrid.supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (session === undefined) throw new Error("no session");
    session.isEnded = true;
    expectError(await change(hybrid, person.token, person.password, otherPassword), "UNAUTHORIZED");
    expect(person.account.password).toBe(person.password);
  });

  it("S-07 succeeds even if Supabase limits sign-outs", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    hybrid.supabase.project.areSignOutsLimited = true;
    expect((await change(hybrid, person.token, person.password, otherPassword)).status).toBe(204);
    expect(person.account.password).toBe(otherPassword);
  });

  it("S-07 reports that Supabase requires more than the password, or does not respond", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    person.account.factors.push(createFactor("totp"));
    expectError(await change(hybrid, person.token, person.password, otherPassword), "FORBIDDEN");
    hybrid.supabase.misbehavior = "error";
    expectError(await change(hybrid, person.token, person.password, otherPassword), "UNAVAILABLE");
    expect(person.account.password).toBe(person.password);
  });
});
