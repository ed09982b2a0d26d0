import { describe, expect, it } from "vitest";
import { Browser, publicUrl } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { countRows } from "../support/count-rows.ts";
import { createFactor } from "../support/fake-supabase-factors.ts";
import type { FakeUser } from "../support/fake-supabase-state.ts";

describe("browser sign-in", () => {
  it("S-07 redirects to the provider with PKCE, back with a code, and then to the requested page", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const { user, email } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const page = await browser.open("/login?returnTo=/settings/api%3Ftab%3D1");
    expect(page.text).toContain('href="/api/auth/start?provider=google&#38;returnTo=%2Fsettings%2Fapi%3Ftab%3D1"');
    const back = await getCallbackUrl(hybrid, browser, user, "/settings/api?tab=1");
    expect(back.origin).toBe(publicUrl);
    expect(back.pathname).toBe("/api/auth/callback");

    const done = await browser.open(pathOf(back));
    expect([done.status, done.headers.location]).toEqual([303, "/settings/api?tab=1"]);
    expect(done.text).toBe("");
    expect(done.headers["referrer-policy"]).toBe("no-referrer");
    expect(done.headers["cache-control"]).toBe("no-store");
    const cookies = done.headers["set-cookie"] ?? [];
    const attributes = "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax";
    expect(cookies.map((line) => line.replace(/=[\w-]{43};/, "=TOKEN;"))).toEqual([
      "__Host-briksync_sign_in=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax",
      `__Host-briksync_session=TOKEN; ${attributes}`,
      "__Host-briksync_device=TOKEN; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax",
    ]);
    expect((await browser.open("/login")).text).toContain(`Signed in as ${email} at `);
    // The server keeps no session of Supabase for the sign-in.
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([true]);
    const stored = await server.database.query("select digest from browser_sessions");
    const token = browser.cookies.get("__Host-briksync_session") ?? "";
    expect(stored).toHaveLength(1);
    for (const { digest } of stored) expect((digest as Buffer).toString("base64url")).not.toBe(token);
    server.clock.advance(12 * 3_600_000);
    expect((await browser.open("/login")).text).not.toContain("Signed in as");
  });

  it("S-08 exactly one of many callbacks with the same code signs in, and a repeated callback does not", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const back = await getCallbackUrl(hybrid, browser, user);
    const copies = Array.from({ length: 10 }, () => browser.copy());
    const responses = await Promise.all(copies.map((copy) => copy.open(pathOf(back))));
    const locations = responses.map(({ headers }) => headers.location);
    expect(locations.filter((location) => location === "/settings")).toHaveLength(1);
    expect(locations.filter((location) => location === "/login?auth=failed")).toHaveLength(9);
    expect((await browser.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect(hybrid.supabase.calls.filter((call) => call === "POST /token")).toHaveLength(1);
  });

  it("S-08 shows an error without a call to Supabase if the callback has an error or no code", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const back = await getCallbackUrl(hybrid, browser, user);
    const state = back.searchParams.get("state") ?? "";
    const asked = hybrid.supabase.calls.length;
    for (const [query, notice] of [
      ["", "failed"],
      [`?state=${state}`, "failed"],
      [`?state=${state}&code=`, "failed"],
      [`?state=${state}&error=access_denied&error_description=%3Cscript%3E`, "denied"],
      [`?state=${state}&error=access_denied&error_code=unheard_of`, "denied"],
      [`?state=${state}&error=access_denied&error_code=signup_disabled`, "not_invited"],
      [`?state=${state}&error=access_denied&error_code=user_banned`, "not_invited"],
      [`?state=${state}&error=access_denied&error_code=provider_email_needs_verification`, "not_invited"],
      [`?state=${state}&error=access_denied&error_code=otp_expired`, "failed"],
      [`?state=${state}&error=server_error&error_code=signup_disabled`, "not_invited"],
      [`?state=${state}&error_code=signup_disabled`, "failed"],
      [`?state=${state}&error=access_denied&error_code=__proto__`, "denied"],
      [`?error=server_error&error_code=unexpected_failure&state=${state}&code=x`, "failed"],
      [`?error=temporarily_unavailable&state=${state}`, "temporarily_unavailable"],
      ["?error=__proto__", "failed"],
    ]) {
      const response = await browser.open(`/api/auth/callback${query}`);
      expect([response.status, response.headers.location], query).toEqual([303, `/login?auth=${notice}`]);
    }
    expect(hybrid.supabase.calls.length).toBe(asked + 1);
  });

  it.each(["down", "error", "html", "redirect", "huge", "rate-limited", "slow"] as const)(
    "S-33 reports that the sign-in is temporarily unavailable while Supabase is %s",
    async (misbehavior) => {
      const hybrid = await useBrowsers();
      const { user, email } = await invite(hybrid);
      const browser = new Browser(hybrid);
      const back = await getCallbackUrl(hybrid, browser, user);
      hybrid.supabase.misbehavior = misbehavior;
      const response = await browser.open(pathOf(back));
      expect([response.status, response.headers.location]).toEqual([303, "/login?auth=temporarily_unavailable"]);
      expect(browser.cookies.size).toBe(0);
      const mail = await browser.open("/api/auth/start", { email });
      expect(mail.headers.location).toBe("/login?auth=temporarily_unavailable");
      expect((await browser.open("/login?auth=temporarily_unavailable")).text).toContain("temporarily unavailable");
    },
  );

  it("S-08 accepts only invited users with a verified address and a second factor that the page supports", async () => {
    const hybrid = await useBrowsers();
    const { supabase, server } = hybrid;
    const disabled = await invite(hybrid);
    await server.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));
    const cases: [FakeUser, string][] = [
      [supabase.project.addUser({ email: "stranger@elsewhere.example", party: "google" }), "not_invited"],
      [(await invite(hybrid, { isVerified: false })).user, "not_invited"],
      [(await invite(hybrid, { factors: [createFactor("webauthn")] })).user, "second_factor_unsupported"],
      [disabled.user, "not_invited"],
    ];
    for (const [user, notice] of cases) {
      const browser = new Browser(hybrid);
      const response = await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
      expect(response.headers.location).toBe(`/login?auth=${notice}`);
      expect(browser.cookies.size).toBe(0);
    }
    expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(await countRows(server.database, "sessions", "user_identities", "browser_sessions")).toEqual([0, 0, 0]);
  });
});
