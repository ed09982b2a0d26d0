import { describe, expect, it } from "vitest";
import { Browser, publicUrl } from "./support/browser.ts";
import { comeBack, invite, pathOf, useBrowsers } from "./support/browser-sign-in.ts";
import { countRows } from "./support/count-rows.ts";
import type { FakeUser } from "./support/fake-supabase-state.ts";
import { useHybrid } from "./support/hybrid-server.ts";
import { useTestServer } from "./support/lifetimes.ts";
import { createPerson } from "./support/people.ts";
import { openRawSocket } from "./support/raw-socket.ts";

describe("browser sign-in", () => {
  it("S-07 redirects to the provider with PKCE, back with a code, and on to the requested page", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const { user, email } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const page = await browser.open("/login?returnTo=/settings/api%3Ftab%3D1");
    expect(page.text).toContain('href="/api/auth/start?provider=google&#38;returnTo=%2Fsettings%2Fapi%3Ftab%3D1"');
    const back = await comeBack(hybrid, browser, user, "/settings/api?tab=1");
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
    // What Supabase issued for it is not kept by anybody.
    expect(supabase.project.sessions.map(({ isEnded }) => isEnded)).toEqual([true]);
    const stored = await server.database.query("select digest from browser_sessions");
    const token = browser.cookies.get("__Host-briksync_session") ?? "";
    expect(stored).toHaveLength(1);
    for (const { digest } of stored) expect((digest as Buffer).toString("base64url")).not.toBe(token);
    server.clock.advance(12 * 3_600_000);
    expect((await browser.open("/login")).text).not.toContain("Signed in as");
  });

  it("S-07 works with an email link, and does not reveal whether an address is known", async () => {
    const hybrid = await useBrowsers();
    const { user, email } = await invite(hybrid, { party: "email" });
    const browser = new Browser(hybrid);
    const sent = await browser.open("/api/auth/start", { email: email.toUpperCase(), returnTo: "/keys" });
    const unknown = await new Browser(hybrid).open("/api/auth/start", { email: "nobody@nowhere.example" });
    for (const answer of [sent, unknown]) {
      expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=email_sent"]);
      expect(answer.headers["set-cookie"]).toHaveLength(1);
    }
    expect(hybrid.supabase.project.mails).toHaveLength(1);
    const back = hybrid.supabase.followMail();
    const elsewhere = await new Browser(hybrid).open(pathOf(back));
    expect(elsewhere.headers.location).toBe("/login?auth=failed");
    const done = await browser.open(pathOf(back));
    expect(done.headers.location).toBe("/keys");
    expect((await browser.open("/login")).text).toContain(user.email);
  });

  it("S-07 reveals nothing about an address on a second request, and the first email link keeps working", async () => {
    const hybrid = await useBrowsers();
    const { email } = await invite(hybrid, { party: "email" });
    const browser = new Browser(hybrid);
    const stranger = new Browser(hybrid);
    for (let index = 0; index < 3; index++) {
      const sent = await browser.open("/api/auth/start", { email, returnTo: "/keys" });
      const unknown = await stranger.open("/api/auth/start", { email: "nobody@nowhere.example" });
      for (const answer of [sent, unknown]) {
        expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=email_sent"]);
        expect(answer.headers["set-cookie"]).toHaveLength(1);
      }
    }
    expect(hybrid.supabase.project.mails).toHaveLength(1);
    expect((await browser.open(pathOf(hybrid.supabase.followMail()))).headers.location).toBe("/keys");
  });

  it("S-08 reuses the ticket of a browser for half of its lifetime, and no other cookie value", async () => {
    const hybrid = await useBrowsers();
    const { server } = hybrid;
    const browser = new Browser(hybrid);
    let asked = 0;
    const ask = async (held?: string): Promise<string> => {
      if (held !== undefined) browser.cookies.set("__Host-briksync_sign_in", held);
      // Each for another address: only so many mails go to one.
      await browser.open("/api/auth/start", { email: `nobody-${asked++}@nowhere.example` });
      return browser.cookies.get("__Host-briksync_sign_in") ?? "";
    };
    const first = await ask();
    expect(await ask()).toBe(first);
    server.clock.advance(7 * 60_000);
    expect(await ask()).toBe(first);
    server.clock.advance(60_000);
    const second = await ask();
    expect(second).not.toBe(first);
    expect(await ask(first)).not.toBe(first);
    const [random, expiresMs, path] = JSON.parse(Buffer.from(second, "base64url").toString());
    const encode = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString("base64url");
    expect(await ask(encode([random, expiresMs, path]))).toBe(second);
    for (const content of [
      null,
      {},
      "x",
      [],
      [random, expiresMs],
      [random, expiresMs, path, ""],
      [random, Number(expiresMs), path],
      [random, String(Number(expiresMs) + 60_000), path],
      [random, "9".repeat(400), path],
      [random, "Infinity", path],
      [random, "-1", path],
      ["", expiresMs, path],
      [`${random}x`, expiresMs, path],
      [random, expiresMs, null],
    ]) {
      const held = encode(content);
      expect(await ask(held), JSON.stringify(content)).not.toBe(held);
    }
    for (const held of ["", "x", "A".repeat(4_000)]) expect(await ask(held), held).not.toBe(held);
  });

  it("S-08 finishes only in the browser that started, with its own state, once and in time", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const { user } = await invite(hybrid);
    const failed = async (browser: Browser, back: URL): Promise<void> => {
      const answer = await browser.open(pathOf(back));
      expect([answer.status, answer.headers.location], pathOf(back)).toEqual([303, "/login?auth=failed"]);
      expect(browser.cookies.has("__Host-briksync_session")).toBe(false);
    };
    const victim = new Browser(hybrid);
    const attacker = new Browser(hybrid);
    const stolen = await comeBack(hybrid, attacker, user);
    await failed(victim, stolen);
    await comeBack(hybrid, victim, user);
    await failed(victim, stolen);

    const asked = supabase.calls.length;
    const changes: Array<(query: URLSearchParams) => void> = [
      (query) => query.delete("state"),
      (query) => query.set("state", ""),
      (query) => query.set("state", "A".repeat(43)),
      (query) => query.set("state", `${query.get("state")}x`),
      (query) => query.append("state", "x"),
      (query) => query.append("code", "x"),
    ];
    for (const change of changes) {
      const browser = new Browser(hybrid);
      const back = await comeBack(hybrid, browser, user);
      change(back.searchParams);
      await failed(browser, back);
    }
    // The cookie is no less protected than the state.
    for (const forge of [
      (ticket: string) => `${ticket}x`,
      (ticket: string) => {
        const content = JSON.parse(Buffer.from(ticket, "base64url").toString());
        return Buffer.from(JSON.stringify([content[0], content[1], "https://evil.example"])).toString("base64url");
      },
      () => "",
      () => Buffer.from("null").toString("base64url"),
    ]) {
      const browser = new Browser(hybrid);
      const back = await comeBack(hybrid, browser, user);
      browser.cookies.set("__Host-briksync_sign_in", forge(browser.cookies.get("__Host-briksync_sign_in") ?? ""));
      await failed(browser, back);
    }
    expect(supabase.calls.length).toBe(asked);

    const late = new Browser(hybrid);
    const back = await comeBack(hybrid, late, user);
    server.clock.advance(15 * 60_000);
    await failed(late, back);
    expect(supabase.calls.length).toBe(asked);
  });

  it("S-07 S-08 sign-ins, email links and browser sessions survive a change of the pepper", async () => {
    const [old, next] = ["the old pepper of more than thirty-two bytes", "the next pepper of more than 32 bytes"];
    const before = await useBrowsers({ BRIKSYNC_KEY_PEPPER: old });
    const { server, supabase } = before;
    const [party, mail] = [await invite(before), await invite(before, { party: "email" })];
    const signedIn = new Browser(before);
    await signedIn.open(pathOf(await comeBack(before, signedIn, party.user)));
    const byParty = new Browser(before);
    const back = await comeBack(before, byParty, party.user);
    const byMail = new Browser(before);
    await byMail.open("/api/auth/start", { email: mail.email });
    const link = supabase.followMail();

    const after = await useTestServer({ ...server.env, BRIKSYNC_KEY_PEPPER: `${next},${old}` });
    const move = (browser: Browser): Browser => {
      const moved = new Browser({ server: after });
      for (const [name, value] of browser.cookies) moved.cookies.set(name, value);
      return moved;
    };
    const spent = move(byParty);
    for (const [browser, url, email] of [
      [move(byParty), back, party.email],
      [move(byMail), link, mail.email],
    ] as const) {
      expect((await browser.open(pathOf(url))).headers.location).not.toMatch(/auth=/);
      expect((await browser.open("/login")).text).toContain(`Signed in as ${email} at `);
    }
    // Spent under whichever pepper: Supabase, which would refuse the code too, is not asked again.
    const asked = supabase.calls.length;
    expect((await spent.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect((await byParty.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect(supabase.calls.length).toBe(asked);
    const kept = move(signedIn);
    expect((await kept.open("/login")).text).toContain(`Signed in as ${party.email} at `);
    await kept.open("/api/auth/signout");
    expect((await signedIn.open("/login")).text).not.toContain("Signed in as");
  });

  it("S-08 of many callbacks with one code exactly one signs in, and a repeated one does not", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const back = await comeBack(hybrid, browser, user);
    const copies = Array.from({ length: 10 }, () => browser.copy());
    const answers = await Promise.all(copies.map((copy) => copy.open(pathOf(back))));
    const locations = answers.map(({ headers }) => headers.location);
    expect(locations.filter((location) => location === "/settings")).toHaveLength(1);
    expect(locations.filter((location) => location === "/login?auth=failed")).toHaveLength(9);
    expect((await browser.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect(hybrid.supabase.calls.filter((call) => call === "POST /token")).toHaveLength(1);
  });

  it("S-08 shows an error without a call to Supabase if the callback has an error or no code", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    const back = await comeBack(hybrid, browser, user);
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
      const answer = await browser.open(`/api/auth/callback${query}`);
      expect([answer.status, answer.headers.location], query).toEqual([303, `/login?auth=${notice}`]);
    }
    expect(hybrid.supabase.calls.length).toBe(asked + 1);
  });

  it.each(["down", "error", "html", "redirect", "huge", "rate-limited", "slow"] as const)(
    "S-33 says that it is temporarily unavailable while Supabase is %s",
    async (misbehaviour) => {
      const hybrid = await useBrowsers();
      const { user, email } = await invite(hybrid);
      const browser = new Browser(hybrid);
      const back = await comeBack(hybrid, browser, user);
      hybrid.supabase.misbehaviour = misbehaviour;
      const answer = await browser.open(pathOf(back));
      expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=temporarily_unavailable"]);
      expect(browser.cookies.size).toBe(0);
      const mail = await browser.open("/api/auth/start", { email });
      expect(mail.headers.location).toBe("/login?auth=temporarily_unavailable");
      expect((await browser.open("/login?auth=temporarily_unavailable")).text).toContain("temporarily unavailable");
    },
  );

  it("S-08 lets in only who was invited, with a verified address, and with the second factor", async () => {
    const hybrid = await useBrowsers();
    const { supabase, server } = hybrid;
    const disabled = await invite(hybrid);
    await server.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));
    const cases: [FakeUser, string][] = [
      [supabase.project.addUser({ email: "stranger@elsewhere.example", party: "google" }), "not_invited"],
      [(await invite(hybrid, { isVerified: false })).user, "not_invited"],
      [(await invite(hybrid, { hasSecondFactor: true })).user, "second_factor_missing"],
      [disabled.user, "not_invited"],
    ];
    for (const [user, notice] of cases) {
      const browser = new Browser(hybrid);
      const answer = await browser.open(pathOf(await comeBack(hybrid, browser, user)));
      expect(answer.headers.location).toBe(`/login?auth=${notice}`);
      expect(browser.cookies.size).toBe(0);
    }
    expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
    expect(await countRows(server.database, "sessions", "user_identities", "browser_sessions")).toEqual([0, 0, 0]);
  });

  it("S-33 never sends a browser to another origin", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    for (const returnTo of [
      "//evil.example",
      "/\\evil.example",
      "/%09/evil.example",
      "/\t/evil.example",
      "https://evil.example",
      "/x\r\nset-cookie: a=b",
      "/.//evil.example",
      "%2F%2Fevil.example",
      "javascript:alert(1)",
    ]) {
      const browser = new Browser(hybrid);
      const back = await comeBack(hybrid, browser, user, returnTo);
      const { headers } = await browser.open(pathOf(back));
      expect(new URL(String(headers.location), publicUrl).origin, returnTo).toBe(publicUrl);
      expect(headers["set-cookie"]).toHaveLength(3);
      const page = await browser.open(`/login?returnTo=${encodeURIComponent(returnTo)}`);
      expect(page.text).not.toMatch(/href="(?!\/api\/auth\/start)/);
    }
    for (const path of [
      "/api/auth/start?provider=evil",
      "/api/auth/start",
      "/api/auth/start?provider=google&provider=x",
    ]) {
      expect((await new Browser(hybrid).open(path)).headers.location).toBe("/login?auth=failed");
    }
  });

  it("S-05 sends at most 200 forged codes per address to Supabase", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const tryCode = async (): Promise<unknown> => {
      const browser = new Browser(hybrid);
      const back = await comeBack(hybrid, browser, user);
      back.searchParams.set("code", "made-up");
      return (await browser.open(pathOf(back))).headers.location;
    };
    // One more is allowed every 4.5 seconds, which a slow machine needs for a few of them.
    let tried = 0;
    let asked = hybrid.supabase.calls.length;
    for (let location = await tryCode(); location === "/login?auth=failed"; location = await tryCode()) {
      tried += 1;
      asked = hybrid.supabase.calls.length;
      expect(tried).toBeLessThan(300);
    }
    expect(tried).toBeGreaterThanOrEqual(200);
    expect(await tryCode()).toBe("/login?auth=too_many_attempts");
    expect(hybrid.supabase.calls.length).toBe(asked);
  });

  it("S-33 sends no email for another site, and limits emails", async () => {
    const hybrid = await useBrowsers();
    const { email } = await invite(hybrid);
    for (const origin of ["https://evil.example", "null", ""]) {
      const answer = await new Browser(hybrid).open("/api/auth/start", { email }, { origin });
      expect([answer.headers.location, answer.headers["set-cookie"]]).toEqual(["/login?auth=failed", undefined]);
    }
    const answers: unknown[] = [];
    for (let minute = 0; minute < 60; minute++) {
      answers.push((await new Browser(hybrid).open("/api/auth/start", { email })).headers.location);
      hybrid.server.clock.advance(60_000);
    }
    const [sent, refused] = ["/login?auth=email_sent", "/login?auth=too_many_attempts"];
    expect(new Set(answers)).toEqual(new Set([sent, refused]));
    expect(answers.slice(0, 10)).toEqual(Array(10).fill(sent));
    // 10 at once, and one more every 90 seconds.
    expect(answers.filter((location) => location === sent).length).toBeLessThanOrEqual(10 + 40);
    expect(hybrid.supabase.project.mails).toHaveLength(answers.filter((location) => location === sent).length);
  });
});

describe("a browser that signed in before", () => {
  it("S-61 can request links and use codes whatever strangers do, and keeps its device token", async () => {
    const hybrid = await useBrowsers();
    const { user, email, userId } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const token = browser.cookies.get("__Host-briksync_device");
    for (let index = 0; index < 10; index++) await new Browser(hybrid).open("/api/auth/start", { email });
    const { signInLimiter } = hybrid.server.deps;
    for (let index = 0; index < 300; index++) {
      const admission = signInLimiter.admit({ kind: "token", token: `made up ${index}`, address: "127.0.0.1" });
      if (admission.allowed) signInLimiter.recordFailure(admission.attempt);
    }
    const stranger = await new Browser(hybrid).open("/api/auth/start", { email });
    expect(stranger.headers.location).toBe("/login?auth=too_many_attempts");
    expect((await browser.open("/api/auth/start", { email })).headers.location).toBe("/login?auth=email_sent");
    const done = await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    expect(done.headers.location).toBe("/settings");
    expect(browser.cookies.get("__Host-briksync_device")).toBe(token);
    expect(await countRows(hybrid.server.database, "device_tokens")).toEqual([1]);
    // Of another account the browser is a stranger's.
    const other = await invite(hybrid);
    await browser.open(pathOf(await comeBack(hybrid, browser, other.user)));
    expect(browser.cookies.get("__Host-briksync_device")).not.toBe(token);
    const owners = await hybrid.server.database.query("select user_id from device_tokens order by created_on, id");
    expect(owners.map(({ user_id }) => user_id).sort()).toEqual([userId, other.userId].sort());
  });
});

describe("signing out with a browser", () => {
  it("S-07 ends the session by GET and by POST, and always goes to the sign-in page", async () => {
    const hybrid = await useBrowsers();
    for (const form of [undefined, {}]) {
      const { user } = await invite(hybrid);
      const browser = new Browser(hybrid);
      await browser.open(pathOf(await comeBack(hybrid, browser, user)));
      const kept = browser.copy();
      expect((await kept.open("/login")).text).toContain("Signed in as");
      const answer = await browser.open("/api/auth/signout", form);
      expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=signed_out"]);
      // The device stays known: it opens nothing.
      expect([...browser.cookies.keys()]).toEqual(["__Host-briksync_device"]);
      expect((await kept.open("/login")).text).not.toContain("Signed in as");
      expect((await kept.open("/api/auth/signout", form)).headers.location).toBe("/login?auth=signed_out");
    }
    for (const headers of [{ cookie: "__Host-briksync_session=" }, { cookie: "a=b; ;=;c" }]) {
      const answer = await hybrid.server.call("POST", "/api/auth/signout", { headers, json: { any: "thing" } });
      expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=signed_out"]);
    }
  });

  it("S-07 a new sign-in ends the previous session of the browser, and duplicate cookies are ignored", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const first = browser.cookies.get("__Host-briksync_session") ?? "";
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const second = browser.cookies.get("__Host-briksync_session") ?? "";
    const show = async (cookie: string): Promise<boolean> =>
      (await hybrid.server.call("GET", "/login", { headers: { cookie } })).text.includes("Signed in as");
    expect(await show(`__Host-briksync_session=${second}`)).toBe(true);
    expect(await show(`__Host-briksync_session=${first}`)).toBe(false);
    expect(await show(`__Host-briksync_session=${second}; __Host-briksync_session=${second}`)).toBe(false);
  });

  it("S-07 a new sign-in succeeds and reports a failure if the previous session cannot be ended", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const first = browser.cookies.get("__Host-briksync_session");
    await hybrid.server.database.breakWrites("sessions", "update");
    const done = await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    expect([done.status, done.headers.location]).toEqual([303, "/settings"]);
    expect(browser.cookies.get("__Host-briksync_session")).not.toBe(first);
    expect((await browser.open("/login")).text).toContain("Signed in as");
    expect(hybrid.server.failures.map(({ what }) => what)).toEqual(["cannot end the previous session of a browser"]);
  });

  it("S-07 management calls do not accept the cookie", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const token = browser.cookies.get("__Host-briksync_session") ?? "";
    expect((await browser.open("/external/v1/auth/me")).status).toBe(401);
    expect((await hybrid.server.call("GET", "/external/v1/auth/me", { token })).status).toBe(401);
    const refreshed = await hybrid.server.call("POST", "/external/v1/auth/refresh", { json: { refreshToken: token } });
    expect(refreshed.status).toBe(401);
  });
});

describe("the sign-in page", () => {
  it("S-36 loads and runs nothing, does not repeat its input, and escapes names", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps, { company: `<script>alert("1")</script> & 'Sons'` });
    const user = supabase.project.addUser({ email: person.email, party: "google" });
    const browser = new Browser(hybrid);
    const hostile = encodeURIComponent(`"><script>alert(1)</script>`);
    for (const query of [`?auth=${hostile}`, `?auth=__proto__`, `?returnTo=/${hostile}`, `?${hostile}=1`]) {
      const page = await browser.open(`/login${query}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain("<script");
      const policy = String(page.headers["content-security-policy"]);
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(page.headers["x-content-type-options"]).toBe("nosniff");
      expect(page.headers["referrer-policy"]).toBe("same-origin");
    }
    await browser.open(pathOf(await comeBack(hybrid, browser, user)));
    const page = await browser.open("/login");
    expect(page.text).toContain("&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;Sons&#39;");
    expect(page.text).not.toContain("<script");
  });

  it("S-07 offers no sign-in without Supabase or PUBLIC_URL, and the callback reports a failure", async () => {
    const plain = await useTestServer();
    const unreachable = await useHybrid();
    for (const server of [plain, unreachable.server]) {
      const page = await server.call("GET", "/login");
      expect([page.status, page.text.includes("<form")]).toEqual([200, false]);
      for (const path of ["/api/auth/start?provider=google", "/api/auth/callback?code=x&state=y"]) {
        const answer = await server.call("GET", path);
        expect([answer.status, answer.headers.location]).toEqual([303, "/login?auth=failed"]);
      }
      expect((await server.call("GET", "/api/auth/signout")).headers.location).toBe("/login?auth=signed_out");
    }
  });

  it("S-33 limits the size of forms", async () => {
    const hybrid = await useBrowsers();
    const big = await new Browser(hybrid).open("/api/auth/start", { email: "x".repeat(10_000) });
    expect([big.status, big.body]).toMatchObject([413, { data: null, code: "PAYLOAD_TOO_LARGE" }]);
    const raw = await openRawSocket(hybrid.server.url);
    raw.send(
      "GET /api/auth/callback?code=%0d%0ax&state=%zz HTTP/1.1\r\nhost: x\r\ncookie: __Host-briksync_sign_in=%\r\n\r\n",
    );
    const answer = await raw.until((text) => text.includes("\r\n\r\n"));
    expect(answer).toMatch(/^HTTP\/1\.1 303 /);
    expect(answer).toContain("location: /login?auth=failed\r\n");
    raw.destroy();
  });
});
