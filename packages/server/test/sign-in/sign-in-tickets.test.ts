import { describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { useTestServer } from "../support/lifetimes.ts";

describe("browser sign-in", () => {
  it("S-08 reuses the ticket of a browser for half of its lifetime, and no other cookie value", async () => {
    const hybrid = await useBrowsers();
    const { server } = hybrid;
    const browser = new Browser(hybrid);
    let asked = 0;
    const ask = async (held?: string): Promise<string> => {
      if (held !== undefined) browser.cookies.set("__Host-briksync_sign_in", held);
      // Each call uses another address, because the number of emails per address is limited.
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
      const response = await browser.open(pathOf(back));
      expect([response.status, response.headers.location], pathOf(back)).toEqual([303, "/login?auth=failed"]);
      expect(browser.cookies.has("__Host-briksync_session")).toBe(false);
    };
    const victim = new Browser(hybrid);
    const attacker = new Browser(hybrid);
    const stolen = await getCallbackUrl(hybrid, attacker, user);
    await failed(victim, stolen);
    await getCallbackUrl(hybrid, victim, user);
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
      const back = await getCallbackUrl(hybrid, browser, user);
      change(back.searchParams);
      await failed(browser, back);
    }
    // The cookie is protected as well as the state.
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
      const back = await getCallbackUrl(hybrid, browser, user);
      browser.cookies.set("__Host-briksync_sign_in", forge(browser.cookies.get("__Host-briksync_sign_in") ?? ""));
      await failed(browser, back);
    }
    expect(supabase.calls.length).toBe(asked);

    const late = new Browser(hybrid);
    const back = await getCallbackUrl(hybrid, late, user);
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
    await signedIn.open(pathOf(await getCallbackUrl(before, signedIn, party.user)));
    const byParty = new Browser(before);
    const back = await getCallbackUrl(before, byParty, party.user);
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
    // The code is spent under both peppers, so the server does not ask Supabase again.
    const asked = supabase.calls.length;
    expect((await spent.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect((await byParty.open(pathOf(back))).headers.location).toBe("/login?auth=failed");
    expect(supabase.calls.length).toBe(asked);
    const kept = move(signedIn);
    expect((await kept.open("/login")).text).toContain(`Signed in as ${party.email} at `);
    await kept.open("/api/auth/signout");
    expect((await signedIn.open("/login")).text).not.toContain("Signed in as");
  });
});
