import { describe, expect, it } from "vitest";
import { Browser, describeRefusal, pageHeaders, signInWithForm } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { countRows } from "../support/count-rows.ts";
import { createFactor, type FakeFactor, readApp } from "../support/fake-supabase-factors.ts";
import { createSupabasePerson } from "../support/hybrid-server.ts";
import { enterCode, factorPage, ticketCookie, useFactor } from "../support/second-factors.ts";

const sessionCookies = ["__Host-briksync_session", "__Host-briksync_device"];

describe("signing in with a second factor", () => {
  it("S-08 asks for the code after the password, and opens no session before", async () => {
    const { hybrid, person, app, browser } = await useFactor();
    const { server, supabase } = hybrid;
    const asked = await signInWithForm(browser, person, "/settings/audit?action=key.created");
    expect([asked.status, asked.headers.location]).toEqual([303, factorPage]);
    expect(asked.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^__Host-briksync_second_factor=[\w-]{43}; Path=\/; Max-Age=300; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const page = await browser.open(factorPage);
    expect(page.text).toContain("Your authenticator app shows the code.");
    expect(page.headers).toMatchObject(pageHeaders("'none'"));
    expect(await countRows(server.database, "sessions", "browser_sessions", "device_tokens")).toEqual([0, 0, 0]);
    expect(await browser.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
    expect((await browser.open("/settings/audit")).headers.location).toMatch(/^\/login\?/);
    // The ticket is not a session either, whatever cookie name the client uses.
    browser.cookies.set(sessionCookies[0] ?? "", browser.cookies.get(ticketCookie) ?? "");
    expect((await browser.fetch("/api/auth/token")).status).toBe(401);
    browser.cookies.delete(sessionCookies[0] ?? "");

    const done = await enterCode(browser, readApp(app, server.clock.now()));
    expect([done.status, done.headers.location]).toEqual([303, "/settings/audit?action=key.created"]);
    expect([...browser.cookies.keys()].sort()).toEqual(sessionCookies.toSorted());
    expect((await browser.open("/login")).text).toContain(`Signed in as ${person.email} at `);
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([true, true]);
    expect(await countRows(server.database, "second_factor_sign_ins")).toEqual([0]);
    const events = await server.database.query("select action, details from audit_events order by seq desc limit 1");
    const provider = `${supabase.url}/auth/v1`;
    expect(events).toEqual([
      { action: "session.signed_in", details: JSON.stringify({ provider, step: "second-factor" }) },
    ]);
  });

  it("S-07 asks for the code after a provider and after an email link", async () => {
    const hybrid = await useBrowsers();
    const finish = async (browser: Browser, back: URL, app: FakeFactor): Promise<void> => {
      expect((await browser.open(pathOf(back))).headers.location).toBe(factorPage);
      expect([...browser.cookies.keys()]).toEqual([ticketCookie]);
      const done = await enterCode(browser, readApp(app, hybrid.server.clock.now()));
      expect(done.headers.location).toBe("/device?code=BCDF-GHJK");
    };
    const app = createFactor("totp");
    const byProvider = new Browser(hybrid);
    const { user } = await invite(hybrid, { factors: [app] });
    await finish(byProvider, await getCallbackUrl(hybrid, byProvider, user, "/device?code=BCDF-GHJK"), app);
    const other = createFactor("totp");
    const { email } = await invite(hybrid, { party: "email", factors: [other] });
    const byMail = new Browser(hybrid);
    await byMail.open("/api/auth/start", { email, returnTo: "/device?code=BCDF-GHJK" });
    await finish(byMail, hybrid.supabase.followMail(), other);
    expect(hybrid.supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it("lets the user choose between apps and phones, and sends codes to phones", async () => {
    const phone = createFactor("phone", { name: "Work" });
    const app = createFactor("totp", { name: "Pixel" });
    const { hybrid, person, browser } = await useFactor(phone, createFactor("webauthn"), app);
    const { messages } = hybrid.supabase.project.challenges;
    await signInWithForm(browser, person);
    const first = await browser.open(factorPage);
    expect(first.text).toContain("authenticator app “Pixel”");
    expect(first.text).toContain(`<a href="${factorPage}?factor=1">Use the phone “Work”</a>`);
    expect(first.text).not.toContain("factor=2");

    const second = await browser.open(`${factorPage}?factor=1`);
    expect(second.text).not.toContain('name="code"');
    // Before the server sends a message, no code can work.
    expect((await enterCode(browser, "123456", 1)).headers.location).toBe(`${factorPage}?notice=wrong_code&factor=1`);
    const send = async () => (await browser.open("/api/auth/second-factor/send", { factor: "1" })).headers.location;
    expect(await send()).toBe(`${factorPage}?notice=code_sent&factor=1`);
    expect(await send()).toBe(`${factorPage}?notice=code_not_sent&factor=1`);
    expect(messages).toHaveLength(1);
    hybrid.server.clock.advance(61_000);
    expect(await send()).toBe(`${factorPage}?notice=code_sent&factor=1`);
    expect((await browser.open(`${factorPage}?factor=1`)).text).toContain("Send another code");
    const spaced = `${messages[1]?.slice(0, 3)} ${messages[1]?.slice(3)}`;
    expect((await enterCode(browser, spaced, 1)).headers.location).toBe("/settings/api-access");
  });

  it("S-36 escapes the names of factors, and ignores positions and notices that do not exist", async () => {
    const hostile = `"><script>alert('1')</script>${"x".repeat(200)}`;
    const { person, browser } = await useFactor(createFactor("totp", { name: hostile }));
    await signInWithForm(browser, person);
    for (const query of ["", "?factor=7", "?factor=-1", "?factor=x", "?notice=__proto__", `?notice=${hostile}`]) {
      const page = await browser.open(`${factorPage}${query}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain("<script");
      expect(page.text).toContain("&#34;&#62;&#60;script&#62;alert(&#39;1&#39;)");
    }
    expect((await enterCode(browser, "123456", 7)).headers.location).toBe(`${factorPage}?notice=wrong_code&factor=7`);
  });

  it("explains what to do if the page supports none of the factors, and ends the session at Supabase", async () => {
    const { hybrid, person, browser } = await useFactor(createFactor("webauthn"));
    const response = await signInWithForm(browser, person);
    expect(response.headers.location).toBe("/login?auth=second_factor_unsupported");
    expect((await browser.open(String(response.headers.location))).text).toContain("Add an authenticator app");
    expect(browser.cookies.size).toBe(0);
    expect(hybrid.supabase.project.sessions.filter(({ isEnded }) => !isEnded)).toHaveLength(1);
    // An unverified factor does not count.
    const started = await createSupabasePerson(
      hybrid,
      {},
      { factors: [createFactor("totp", { status: "unverified" })] },
    );
    expect((await signInWithForm(browser, started)).headers.location).toBe("/settings/api-access");
  });

  it("gives the CLI no session for the password alone, and the message names the command to use", async () => {
    const { hybrid, person } = await useFactor();
    const json = { email: person.email, password: person.password };
    const { status, body } = await hybrid.server.call("POST", "/external/v1/auth/signin", { json });
    expect([status, body.error.message]).toEqual([403, expect.stringContaining("briksync login --web")]);
  });
});
