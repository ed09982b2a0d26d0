import { describe, expect, it } from "vitest";
import { disableUser, endSessions } from "../../src/domain/accounts/manage-user.ts";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { Browser, openBrowser, signInWithForm } from "../support/browser.ts";
import { useBrowsers } from "../support/browser-sign-in.ts";
import { countRows } from "../support/count-rows.ts";
import { useFakeSupabase } from "../support/fake-supabase.ts";
import { createFactor, readApp } from "../support/fake-supabase-factors.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import {
  createFactorOwner,
  enterCode,
  type FactorOwner,
  factorPage,
  ticketCookie,
  useFactor,
} from "../support/second-factors.ts";

const ended = "/login?auth=second_factor_ended";

const readCode = ({ hybrid, app }: FactorOwner): string => readApp(app, hybrid.server.clock.now());

describe("a sign-in that waits for the second factor", () => {
  it("S-08 can be finished only by the browser with its cookie", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    await signInWithForm(browser, person);
    const ticket = browser.cookies.get(ticketCookie) ?? "";
    for (const cookie of [
      undefined,
      "",
      "x",
      `${ticket}x`,
      "A".repeat(43),
      "A".repeat(4000),
      `${ticket};${ticketCookie}=x`,
    ]) {
      const other = new Browser(hybrid);
      if (cookie !== undefined) other.cookies.set(ticketCookie, cookie);
      expect((await other.open(factorPage)).headers.location, cookie).toBe(ended);
      expect((await enterCode(other, readCode(owner))).headers.location, cookie).toBe(ended);
      const sent = await other.open("/api/auth/second-factor/send", { factor: "0" });
      expect(sent.headers.location, cookie).toBe(ended);
      await other.open("/api/auth/second-factor/cancel", {});
    }
    expect((await enterCode(browser, readCode(owner))).headers.location).toBe("/settings/api-access");
  });

  it("S-08 works once: exactly one of several correct codes opens a session", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    await signInWithForm(browser, person);
    const used = browser.copy();
    const copies = Array.from({ length: 8 }, () => browser.copy());
    const responses = await Promise.all(copies.map((copy) => enterCode(copy, readCode(owner))));
    const opened = responses.filter(({ headers }) => headers.location === "/settings/api-access");
    expect(opened).toHaveLength(1);
    expect(await countRows(hybrid.server.database, "browser_sessions", "second_factor_sign_ins")).toEqual([1, 0]);
    expect((await enterCode(used, readCode(owner))).headers.location).toBe(ended);
    expect(await countRows(hybrid.server.database, "browser_sessions")).toEqual([1]);
    expect(hybrid.supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it("S-08 opens nothing for another user, or without the second factor in the token", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    const { project } = hybrid.supabase;
    const verify = project.verifyFactor.bind(project);
    project.verifyFactor = (session, factorId, fields) => ({ ...verify(session, factorId, fields), aal: "aal1" });
    await signInWithForm(browser, person);
    expect((await enterCode(browser, readCode(owner))).headers.location).toBe(ended);
    const other = await useOther(owner);
    project.verifyFactor = (session, factorId, fields) => ({ ...verify(session, factorId, fields), user: other });
    await signInWithForm(browser, person);
    expect((await enterCode(browser, readCode(owner))).headers.location).toBe("/login?auth=not_invited");
    expect(await countRows(hybrid.server.database, "sessions", "browser_sessions")).toEqual([0, 0]);
  });

  it("ends with the user's sessions: by a command, by disabling, by a sign-out everywhere, and with all others", async () => {
    const endings: ((owner: FactorOwner, signedIn: Browser) => Promise<unknown>)[] = [
      ({ hybrid, person }) => endSessions(hybrid.server.deps, person.email),
      ({ hybrid, person }) => disableUser(hybrid.server.deps, person.email, true),
      (_owner, signedIn) => signedIn.open("/api/auth/signout", { everywhere: "1" }),
      async ({ hybrid }, signedIn) => {
        const { accessToken: token } = (await signedIn.fetch("/api/auth/token")).body.data;
        const response = await hybrid.server.call("DELETE", "/external/v1/auth/sessions", { token });
        expect(response.body).toEqual({ endedSessions: 0 });
      },
    ];
    for (const end of endings) {
      const owner = await useFactor();
      const { hybrid, person, browser } = owner;
      const { factors } = person.account;
      person.account.factors = [];
      const signedIn = await openBrowser(hybrid.server, person);
      person.account.factors = factors;
      await signInWithForm(browser, person);
      await end(owner, signedIn);
      expect((await enterCode(browser, readCode(owner))).headers.location).toBe(ended);
      expect((await removeExpired(hybrid.server.deps)).second_factor_sign_in).toBe(1);
      expect(hybrid.supabase.project.sessions.at(-1)?.isEnded).toBe(true);
    }
  });

  it("opens nothing if an operator ends the user's sessions while Supabase checks the code", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    await signInWithForm(browser, person);
    hybrid.supabase.beforeReadUser = () => endSessions(hybrid.server.deps, person.email);
    expect((await enterCode(browser, readCode(owner))).headers.location).toBe(ended);
    expect(await countRows(hybrid.server.database, "browser_sessions")).toEqual([0]);
  });

  it("S-08 survives a change of the pepper, and is removed without the pepper that sealed it", async () => {
    const [old, next] = ["the old pepper of more than thirty-two bytes", "the next pepper of more than 32 bytes"];
    const owner = await createFactorOwner(await useBrowsers({ BRIKSYNC_KEY_PEPPER: old }));
    const { hybrid, person, browser } = owner;
    await signInWithForm(browser, person);
    const lost = await useTestServer({ ...hybrid.server.env, BRIKSYNC_KEY_PEPPER: next });
    const after = await useTestServer({ ...hybrid.server.env, BRIKSYNC_KEY_PEPPER: `${next},${old}` });
    const move = (server: typeof after): Browser => {
      const moved = new Browser({ server });
      for (const [name, value] of browser.cookies) moved.cookies.set(name, value);
      return moved;
    };
    expect((await enterCode(move(lost), readCode(owner))).headers.location).toBe(ended);
    expect((await enterCode(move(after), readCode(owner))).headers.location).toBe("/settings/api-access");
    await signInWithForm(browser, person);
    lost.clock.advance(301_000);
    expect((await removeExpired(lost.deps)).second_factor_sign_in).toBe(1);
  });

  it("sends no token to another project, and is removed, if the server changes to that project", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    await signInWithForm(browser, person);
    const other = await useFakeSupabase();
    const moved = await useTestServer({ ...hybrid.server.env, SUPABASE_URL: other.url });
    const copy = new Browser({ server: moved });
    copy.cookies.set(ticketCookie, browser.cookies.get(ticketCookie) ?? "");
    expect((await enterCode(copy, readCode(owner))).headers.location).toBe(ended);
    moved.clock.advance(301_000);
    expect((await removeExpired(moved.deps)).second_factor_sign_in).toBe(1);
    expect(other.calls).toEqual([]);
  });

  it("S-65 ignores an expiry that is too far in the future", async () => {
    const owner = await useFactor();
    const { hybrid, person, browser } = owner;
    hybrid.server.clock.set(3_600_000);
    await signInWithForm(browser, person);
    hybrid.server.clock.set(0);
    expect((await browser.open(factorPage)).headers.location).toBe(ended);
  });
});

async function useOther({ hybrid }: FactorOwner) {
  const { email } = await createPerson(hybrid.server.deps);
  return hybrid.supabase.project.addUser({ email, factors: [createFactor("totp")] });
}
