import { describe, expect, it } from "vitest";
import { attemptOf, getDeviceToken, signInWithDevice, useUpBudget } from "../support/device-sign-ins.ts";
import { expectError } from "../support/expect-error.ts";
import { createSupabasePerson, useHybrid } from "../support/hybrid-server.ts";

describe("device tokens with Supabase", () => {
  it("S-61 S-62 have their own budget for Supabase sign-ins too, and wrong passwords consume it", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const token = await getDeviceToken(hybrid.server, person);
    useUpBudget(hybrid.server.deps.signInLimiter, Array(200).fill(attemptOf(person)));
    expectError(await signInWithDevice(hybrid.server, person), "RATE_LIMITED");
    expect(await getDeviceToken(hybrid.server, person, token)).toBe(token);
    for (let failure = 0; failure < 10; failure++) {
      expectError(await signInWithDevice(hybrid.server, { ...person, password: "wrong" }, token), "SIGN_IN_FAILED");
    }
    const asked = hybrid.supabase.calls.length;
    expectError(await signInWithDevice(hybrid.server, person, token), "RATE_LIMITED");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });

  it("S-61 the server does not send a correct password to Supabase after the account's attempts are used up", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid, { username: "ada" });
    const strangers = Array.from({ length: 100 }, (_, index) => `198.51.${index}.1`);
    for (const login of [person.email, "somebody else"]) {
      useUpBudget(
        hybrid.server.deps.signInLimiter,
        strangers.map((from) => ({ ...attemptOf(person), login, address: from })),
      );
    }
    const before = hybrid.supabase.calls.length;
    const sessions = hybrid.supabase.project.sessions.length;
    expectError(await signInWithDevice(hybrid.server, { ...person, email: "ada" }), "SIGN_IN_FAILED");
    expect(hybrid.supabase.calls.slice(before)).toEqual(["POST /token"]);
    expect(hybrid.supabase.project.sessions).toHaveLength(sessions);
  });
});
