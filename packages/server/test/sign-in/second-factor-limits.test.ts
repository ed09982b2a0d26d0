import { describe, expect, it } from "vitest";
import type { SignInAttempt } from "../../src/domain/sign-in-limits/sign-in-limiter.ts";
import { Browser, signInWithForm } from "../support/browser.ts";
import { address, useUpBudget } from "../support/device-sign-ins.ts";
import { createFactor, readApp } from "../support/fake-supabase-factors.ts";
import { enterCode, type FactorOwner, factorPage, ticketCookie, useFactor } from "../support/second-factors.ts";

/** Returns a code that is wrong now, in the near past and in the near future. */
function findWrongCode({ hybrid, app }: FactorOwner): string {
  const nowMs = hybrid.server.clock.now().getTime();
  const right = [-60_000, -30_000, 0, 30_000, 60_000].map((ms) => readApp(app, new Date(nowMs + ms)));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !right.includes(code)) ?? "";
}

const wrongCode = `${factorPage}?notice=wrong_code`;

describe("a code that is refused", () => {
  it("S-04 gets the same response for all reasons, and no cookie", async () => {
    const reasons: Record<string, (owner: FactorOwner) => string> = {
      "is wrong": findWrongCode,
      "is empty": () => "",
      "is not a number": () => "abcdef",
      "is too long": () => "1".repeat(4000),
      "belongs to a removed factor": ({ hybrid, app, person }) => {
        const code = readApp(app, hybrid.server.clock.now());
        person.account.factors = [createFactor("totp")];
        return code;
      },
      "belongs to an expired challenge": ({ hybrid, app }) => {
        hybrid.supabase.project.challenges.challengeMs = -1;
        return readApp(app, hybrid.server.clock.now());
      },
      "belongs to an ended session": ({ hybrid, app }) => {
        for (const session of hybrid.supabase.project.sessions) session.isEnded = true;
        return readApp(app, hybrid.server.clock.now());
      },
      "belongs to a banned user": ({ hybrid, app, person }) => {
        person.account.isBanned = true;
        return readApp(app, hybrid.server.clock.now());
      },
    };
    for (const [reason, prepare] of Object.entries(reasons)) {
      const owner = await useFactor();
      await signInWithForm(owner.browser, owner.person);
      const response = await enterCode(owner.browser, prepare(owner));
      const seen = [response.status, response.headers.location, response.text, response.headers["set-cookie"]];
      expect(seen, reason).toEqual([303, wrongCode, "", undefined]);
    }
  });

  it("S-05 ends the sign-in after the fifth failure, also at Supabase, and is audited", async () => {
    const owner = await useFactor();
    const { hybrid, person, app, browser } = owner;
    await signInWithForm(browser, person);
    for (let attempt = 0; attempt < 4; attempt++) {
      expect((await enterCode(browser, findWrongCode(owner))).headers.location).toBe(wrongCode);
    }
    const before = browser.copy();
    const fifth = await enterCode(browser, findWrongCode(owner));
    expect(fifth.headers.location).toBe("/login?auth=second_factor_ended");
    expect([...browser.cookies.keys()]).toEqual([]);
    expect(hybrid.supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([false, true]);
    const late = await enterCode(before, readApp(app, hybrid.server.clock.now()));
    expect(late.headers.location).toBe("/login?auth=second_factor_ended");
    await hybrid.server.deps.failedSignIns.flush();
    const failures = "select actor_id, ip, details from audit_events where action = 'session.sign_in_failed'";
    const written = { actor_id: person.userId, ip: address, details: '{"step":"second-factor"}' };
    expect(await hybrid.server.database.query(failures)).toEqual(Array(5).fill(written));
  });
});

describe("limits on codes", () => {
  const others: [string, (accountId: string) => readonly SignInAttempt[]][] = [
    ["per user", (accountId) => Array(10).fill({ kind: "second-factor", accountId, address: null })],
    [
      "per network",
      () => Array.from({ length: 50 }, (_, index) => ({ kind: "second-factor", accountId: `${index}`, address })),
    ],
  ];
  it.each(others)("S-05 S-61 apply %s, without a call to Supabase, but not on a known device", async (_name, list) => {
    const { hybrid, person, app, browser } = await useFactor();
    await signInWithForm(browser, person);
    await enterCode(browser, readApp(app, hybrid.server.clock.now()));
    const stranger = new Browser(hybrid);
    for (const one of [browser, stranger]) await signInWithForm(one, person);
    useUpBudget(hybrid.server.deps.signInLimiter, list(person.userId));
    const asked = hybrid.supabase.calls.length;
    const refused = await enterCode(stranger, readApp(app, hybrid.server.clock.now()));
    expect(refused.headers.location).toBe(`${factorPage}?notice=too_many_attempts`);
    expect(hybrid.supabase.calls.length).toBe(asked);
    expect(stranger.cookies.has(ticketCookie)).toBe(true);
    const done = await enterCode(browser, readApp(app, hybrid.server.clock.now()));
    expect(done.headers.location).toBe("/settings/api-access");
  });

  it("S-05 do not affect the limits on passwords, and vice versa", async () => {
    const { hybrid, person, app, browser } = await useFactor();
    const { signInLimiter } = hybrid.server.deps;
    const factor = { kind: "second-factor", accountId: person.userId, address } as const;
    useUpBudget(signInLimiter, Array(10).fill(factor));
    expect((await signInWithForm(browser, person)).headers.location).toBe(factorPage);
    hybrid.server.clock.advance(90_000);
    useUpBudget(signInLimiter, Array(50).fill({ ...factor, kind: "password", login: person.email }));
    const done = await enterCode(browser, readApp(app, hybrid.server.clock.now()));
    expect(done.headers.location).toBe("/settings/api-access");
  });

  it("S-05 apply to messages to a phone", async () => {
    const { hybrid, person, browser } = await useFactor(createFactor("phone"));
    const send = async () => {
      await signInWithForm(browser, person);
      return (await browser.open("/api/auth/second-factor/send", { factor: "0" })).headers.location;
    };
    for (let message = 0; message < 10; message++) {
      expect(await send()).toBe(`${factorPage}?notice=${message === 0 ? "code_sent" : "code_not_sent"}`);
    }
    const asked = hybrid.supabase.calls.length;
    expect(await send()).toBe(`${factorPage}?notice=too_many_attempts`);
    expect(hybrid.supabase.calls.slice(asked).some((call) => call.includes("challenge"))).toBe(false);
    expect(hybrid.supabase.project.challenges.messages).toHaveLength(1);
  });
});
