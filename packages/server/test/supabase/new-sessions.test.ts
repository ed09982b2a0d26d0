import { setTimeout } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { countRows } from "../support/count-rows.ts";
import { expectError } from "../support/expect-error.ts";
import { createFactor } from "../support/fake-supabase-factors.ts";
import type { FakeUser } from "../support/fake-supabase-state.ts";
import { createSupabasePerson, findSession, getMe, useHybrid } from "../support/hybrid-server.ts";

describe("new sessions of Supabase", () => {
  it("S-07 cause one call to Supabase, however many first calls arrive at the same time", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const { identities } = hybrid.server.deps.store;
    const find = identities.findExternalSession;
    let lookups = 0;
    // Every second lookup returns late, after others have finished.
    vi.spyOn(identities, "findExternalSession").mockImplementation(async (...input) => {
      const isLate = lookups++ % 2 === 1;
      const found = await find(...input);
      if (isLate) await setTimeout(100);
      return found;
    });
    const responses = await Promise.all(Array.from({ length: 20 }, () => getMe(hybrid, person.token)));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(new Set(responses.map(({ body }) => body.session.id)).size).toBe(1);
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
    [
      "only the user's own metadata confirms it",
      { isConfirmed: false, isVerified: false, metadata: { email_verified: true } },
    ],
    ["only a company's own SAML server confirms it", { party: "sso:0b0f1f0e-1111-4111-8111-111111111111" }],
  ];
  it.each(unverified)("S-08 are refused at first use if %s", async (_how, account) => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid, {}, account);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    Object.assign(person.account, { isConfirmed: true, isVerified: true, party: "google" });
    hybrid.server.clock.advance(10_000);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
  });

  it("S-05 that are refused cause one call in ten seconds, with and without the second factor", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const countUserCalls = (): number => supabase.calls.filter((call) => call === "GET /user").length;
    const unverified = await createSupabasePerson(hybrid, {}, { isVerified: false });
    const halfWay = await createSupabasePerson(hybrid, {}, { factors: [createFactor("totp")] });
    for (const rounds of [1, 2]) {
      for (let index = 0; index < 5; index++) {
        expectError(await getMe(hybrid, unverified.token), "UNAUTHORIZED");
        expectError(await getMe(hybrid, halfWay.token), "UNAUTHORIZED");
      }
      expect(countUserCalls()).toBe(2 * rounds);
      server.clock.advance(10_000);
    }
    expectError(await getMe(hybrid, halfWay.token), "UNAUTHORIZED");
    const session = findSession(hybrid, halfWay);
    session.aal = "aal2";
    const whole = await supabase.project.signToken(session);
    const responses = await Promise.all([halfWay.token, whole].map((token) => getMe(hybrid, token)));
    expect(responses.map(({ status }) => status)).toEqual([401, 200]);

    // If Supabase cannot respond, the server does not remember a refusal.
    const unasked = await createSupabasePerson(hybrid);
    supabase.misbehavior = "error";
    expectError(await getMe(hybrid, unasked.token), "UNAVAILABLE");
    supabase.misbehavior = null;
    expect((await getMe(hybrid, unasked.token)).status).toBe(200);
  });

  it("S-08 require the second factor of a user who has one, and then in every token", async () => {
    const hybrid = await useHybrid();
    const { supabase } = hybrid;
    const person = await createSupabasePerson(hybrid, {}, { factors: [createFactor("totp")] });
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    const session = findSession(hybrid, person);
    session.aal = "aal2";
    expect((await getMe(hybrid, await supabase.project.signToken(session))).status).toBe(200);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 that ended at Supabase, or whose user is banned there, are refused", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const session = findSession(hybrid, person);
    session.isEnded = true;
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    session.isEnded = false;
    person.account.isBanned = true;
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
  });

  it.each(["down", "error", "html", "redirect", "huge", "rate-limited"] as const)(
    "S-07 S-33 get 503 while Supabase is %s, and known sessions continue to work",
    async (misbehavior) => {
      const hybrid = await useHybrid();
      const { supabase } = hybrid;
      const known = await createSupabasePerson(hybrid);
      const unknown = await createSupabasePerson(hybrid);
      expect((await getMe(hybrid, known.token)).status).toBe(200);
      supabase.misbehavior = misbehavior;
      expectError(await getMe(hybrid, unknown.token), "UNAVAILABLE");
      expect((await getMe(hybrid, known.token)).status).toBe(200);
      expect(supabase.calls).not.toContain("GET /elsewhere");
      supabase.misbehavior = null;
      expect((await getMe(hybrid, unknown.token)).status).toBe(200);
    },
  );

  it("S-33 stop waiting for a response that never ends, and do not delay other calls", async () => {
    const hybrid = await useHybrid();
    const known = await createSupabasePerson(hybrid);
    const unknown = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, known.token)).status).toBe(200);
    hybrid.supabase.misbehavior = "slow";
    const slow = getMe(hybrid, unknown.token);
    const first = await Promise.race([slow, getMe(hybrid, known.token)]);
    expect(first.status).toBe(200);
    expectError(await slow, "UNAVAILABLE");
  }, 20_000);

  it("S-15 are refused if the audit trail cannot be written", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const { database } = hybrid.server;
    await database.breakWrites("audit_events", "insert");
    expectError(await getMe(hybrid, person.token), "INTERNAL");
    expect(await countRows(database, "sessions", "external_sessions", "user_identities")).toEqual([0, 0, 0]);
  });
});
