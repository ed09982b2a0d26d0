import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, type Hybrid, useHybrid } from "../support/hybrid-server.ts";
import { createPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

const signIn = ({ server }: Hybrid, email: string, password: string, more: object = {}): Promise<HttpResponse> =>
  server.call("POST", `${auth}/signin`, { json: { email, password, ...more } });
const refresh = ({ server }: Hybrid, refreshToken: string): Promise<HttpResponse> =>
  server.call("POST", `${auth}/refresh`, { json: { refreshToken } });
const getMe = ({ server }: Hybrid, token: string): Promise<HttpResponse> => server.call("GET", `${auth}/me`, { token });

describe("refreshing a Supabase session", () => {
  it("S-06 exchanges Supabase's token for the next one, in the same session and company", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid);
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

  it("S-07 does not restore sessions after a sign-out, or after the user was disabled or banned", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const signedOut = await createSupabasePerson(hybrid);
    const { body } = await signIn(hybrid, signedOut.email, signedOut.password);
    supabase.misbehavior = "down";
    await server.call("POST", `${auth}/signout`, { token: body.accessToken });
    supabase.misbehavior = null;
    const session = supabase.project.sessions.at(-1);
    expect(session?.isEnded).toBe(false);
    expectError(await refresh(hybrid, body.refreshToken), "UNAUTHORIZED");
    expect(session?.isEnded).toBe(true);

    const disabled = await createSupabasePerson(hybrid);
    const second = await signIn(hybrid, disabled.email, disabled.password);
    await server.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));
    expectError(await refresh(hybrid, second.body.refreshToken), "UNAUTHORIZED");

    const banned = await createSupabasePerson(hybrid);
    const third = await signIn(hybrid, banned.email, banned.password);
    banned.account.isBanned = true;
    expectError(await refresh(hybrid, third.body.refreshToken), "UNAUTHORIZED");
  });

  it("S-05 still works for an address with many wrong passwords or many concurrent calls", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const { body } = await signIn(hybrid, person.email, person.password);
    for (let index = 0; index < 50; index++) await signIn(hybrid, `nobody-${index}@nowhere.example`, "wrong");
    expectError(await signIn(hybrid, "nobody@nowhere.example", "wrong"), "RATE_LIMITED");
    const next = await refresh(hybrid, body.refreshToken);
    expect(next.status).toBe(200);
    const others = await Promise.all(Array.from({ length: 50 }, (_, index) => refresh(hybrid, `other-${index}`)));
    expect(new Set(others.map(({ status }) => status))).toEqual(new Set([401]));
  });

  it("S-05 limits made-up tokens before a call to Supabase, and reports if Supabase does not respond", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const { body } = await signIn(hybrid, person.email, person.password);
    hybrid.supabase.misbehavior = "error";
    expectError(await refresh(hybrid, body.refreshToken), "UNAVAILABLE");
    hybrid.supabase.misbehavior = null;
    const next = await refresh(hybrid, body.refreshToken);
    expect(next.status).toBe(200);
    // On a slow machine, the budget refills partly during the test.
    let count = 0;
    while ((await refresh(hybrid, `made-up-${count}`)).status === 401 && count < 1_000) count += 1;
    expect(count).toBeGreaterThanOrEqual(200);
    expect(count).toBeLessThan(1_000);
    const asked = hybrid.supabase.calls.length;
    expectError(await refresh(hybrid, "made-up"), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });
});
