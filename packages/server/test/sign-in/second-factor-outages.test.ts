import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { signInWithForm } from "../support/browser.ts";
import { countRows } from "../support/count-rows.ts";
import { createFactor, readApp } from "../support/fake-supabase-factors.ts";
import { enterCode, factorPage, ticketCookie, useFactor } from "../support/second-factors.ts";

const unavailable = `${factorPage}?notice=temporarily_unavailable`;

describe("while Supabase fails", () => {
  it.each(["down", "cut", "error", "html", "redirect", "huge", "rate-limited", "slow"] as const)(
    "S-33 S-50 (%s) the sign-in keeps waiting, no attempt is lost, and the code works afterwards",
    async (misbehavior) => {
      const { hybrid, person, app, browser } = await useFactor();
      const { server, supabase } = hybrid;
      await signInWithForm(browser, person);
      for (const call of ["/challenge", "/verify"]) {
        Object.assign(supabase, { misbehavior, misbehavesAt: call });
        // More attempts than a user may fail.
        for (let attempt = 0; attempt < (misbehavior === "slow" ? 1 : 6); attempt++) {
          const response = await enterCode(browser, readApp(app, server.clock.now()));
          expect([response.headers.location, response.headers["set-cookie"]], call).toEqual([unavailable, undefined]);
        }
      }
      expect(await countRows(server.database, "sessions", "second_factor_sign_ins")).toEqual([0, 1]);
      supabase.misbehavior = null;
      const done = await enterCode(browser, readApp(app, server.clock.now()));
      expect(done.headers.location).toBe("/settings/api-access");
      expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    },
    60_000,
  );

  it("S-33 reports that the message to a phone cannot be sent", async () => {
    const { hybrid, person, browser } = await useFactor(createFactor("phone"));
    await signInWithForm(browser, person);
    hybrid.supabase.misbehavior = "error";
    const response = await browser.open("/api/auth/second-factor/send", { factor: "0" });
    expect(response.headers.location).toBe(unavailable);
    expect(hybrid.server.failures.map(({ what }) => what)).toContain("browser sign-in failed");
  });
});

it("S-50 while the database fails, a code opens nothing, and works afterwards", async () => {
  const { hybrid, person, app, browser } = await useFactor();
  const { server, supabase } = hybrid;
  await signInWithForm(browser, person);
  const restore = await server.database.breakWrites("browser_sessions", "insert");
  const response = await enterCode(browser, readApp(app, server.clock.now()));
  expect(response.status).toBe(500);
  await restore();
  expect(await countRows(server.database, "sessions", "second_factor_sign_ins")).toEqual([0, 1]);
  const done = await enterCode(browser, readApp(app, server.clock.now()));
  expect(done.headers.location).toBe("/settings/api-access");
  expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
});

describe("an abandoned sign-in", () => {
  it("expires after five minutes, and is ended at Supabase as soon as Supabase responds", async () => {
    const { hybrid, person, app, browser } = await useFactor();
    const { server, supabase } = hybrid;
    await signInWithForm(browser, person);
    server.clock.advance(299_000);
    expect((await removeExpired(server.deps)).second_factor_sign_in).toBe(0);
    expect((await browser.open(factorPage)).status).toBe(200);
    server.clock.advance(1_000);
    const late = browser.copy();
    expect((await browser.open(factorPage)).headers.location).toBe("/login?auth=second_factor_ended");
    expect(browser.cookies.has(ticketCookie)).toBe(false);
    const response = await enterCode(late, readApp(app, server.clock.now()));
    expect(response.headers.location).toBe("/login?auth=second_factor_ended");

    for (const misbehavior of ["down", "rate-limited"] as const) {
      supabase.misbehavior = misbehavior;
      expect((await removeExpired(server.deps)).second_factor_sign_in).toBe(0);
    }
    supabase.misbehavior = null;
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([false, false]);
    expect((await removeExpired(server.deps)).second_factor_sign_in).toBe(1);
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([false, true]);
    expect(await countRows(server.database, "second_factor_sign_ins")).toEqual([0]);
  });

  it("does not prevent others from being ended if Supabase cannot end its session", async () => {
    const { hybrid, person, browser } = await useFactor();
    const { server, supabase } = hybrid;
    for (let signIn = 0; signIn < 2; signIn++) {
      await signInWithForm(browser, person);
      server.clock.advance(1_000);
    }
    supabase.project.stuckSessionId = supabase.project.sessions[1]?.id ?? null;
    server.clock.advance(301_000);
    expect((await removeExpired(server.deps)).second_factor_sign_in).toBe(1);
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([false, false, true]);
  });

  it("is removed after a day even if Supabase never responds, because its token has expired", async () => {
    const { hybrid, person, browser } = await useFactor();
    await signInWithForm(browser, person);
    hybrid.supabase.misbehavior = "down";
    hybrid.server.clock.advance(25 * 3_600_000);
    expect((await removeExpired(hybrid.server.deps)).second_factor_sign_in).toBe(1);
  });

  it("does not wait longer than its Supabase token is valid", async () => {
    const { hybrid, person, browser } = await useFactor();
    hybrid.supabase.project.tokenSeconds = 90;
    await signInWithForm(browser, person);
    hybrid.server.clock.advance(91_000);
    expect((await browser.open(factorPage)).headers.location).toBe("/login?auth=second_factor_ended");
  });

  it("ends immediately, also at Supabase, if the user starts again", async () => {
    const { hybrid, person, app, browser } = await useFactor();
    await signInWithForm(browser, person);
    const before = browser.copy();
    const response = await browser.open("/api/auth/second-factor/cancel", {});
    expect([response.status, response.headers.location, browser.cookies.size]).toEqual([303, "/login", 0]);
    expect(hybrid.supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([false, true]);
    const late = await enterCode(before, readApp(app, hybrid.server.clock.now()));
    expect(late.headers.location).toBe("/login?auth=second_factor_ended");
    expect((await browser.open("/api/auth/second-factor/cancel", {})).headers.location).toBe("/login");
  });
});
