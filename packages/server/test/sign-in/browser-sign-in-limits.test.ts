import { describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { countRows } from "../support/count-rows.ts";

describe("browser sign-in", () => {
  it("S-05 sends at most 200 forged codes per address to Supabase", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const tryCode = async (): Promise<unknown> => {
      const browser = new Browser(hybrid);
      const back = await getCallbackUrl(hybrid, browser, user);
      back.searchParams.set("code", "made-up");
      return (await browser.open(pathOf(back))).headers.location;
    };
    // The server allows one more attempt every 4.5 seconds, so a slow machine may make a few more.
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
});

describe("a browser that signed in before", () => {
  it("S-61 can request links and use codes regardless of strangers, and keeps its device token", async () => {
    const hybrid = await useBrowsers();
    const { user, email, userId } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
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
    const done = await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    expect(done.headers.location).toBe("/settings");
    expect(browser.cookies.get("__Host-briksync_device")).toBe(token);
    expect(await countRows(hybrid.server.database, "device_tokens")).toEqual([1]);
    // For another account, the browser counts as unknown.
    const other = await invite(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, other.user)));
    expect(browser.cookies.get("__Host-briksync_device")).not.toBe(token);
    const owners = await hybrid.server.database.query("select user_id from device_tokens order by created_on, id");
    expect(owners.map(({ user_id }) => user_id).sort()).toEqual([userId, other.userId].sort());
  });
});
