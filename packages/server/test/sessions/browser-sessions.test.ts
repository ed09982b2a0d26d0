import { describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";

describe("signing out with a browser", () => {
  it("S-07 ends the session by GET and by POST, and always redirects to the sign-in page", async () => {
    const hybrid = await useBrowsers();
    for (const form of [undefined, {}]) {
      const { user } = await invite(hybrid);
      const browser = new Browser(hybrid);
      await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
      const kept = browser.copy();
      expect((await kept.open("/login")).text).toContain("Signed in as");
      const response = await browser.open("/api/auth/signout", form);
      expect([response.status, response.headers.location]).toEqual([303, "/login?auth=signed_out"]);
      // The browser keeps the device token, which opens no session.
      expect([...browser.cookies.keys()]).toEqual(["__Host-briksync_device"]);
      expect((await kept.open("/login")).text).not.toContain("Signed in as");
      expect((await kept.open("/api/auth/signout", form)).headers.location).toBe("/login?auth=signed_out");
    }
    for (const cookie of ["__Host-briksync_session=", "a=b; ;=;c"]) {
      const headers = { cookie, "sec-fetch-site": "same-origin" };
      const response = await hybrid.server.call("POST", "/api/auth/signout", { headers, json: { any: "thing" } });
      expect([response.status, response.headers.location]).toEqual([303, "/login?auth=signed_out"]);
    }
  });

  it("S-07 a new sign-in ends the previous session of the browser, and duplicate cookies are ignored", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    const first = browser.cookies.get("__Host-briksync_session") ?? "";
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    const second = browser.cookies.get("__Host-briksync_session") ?? "";
    const show = async (cookie: string): Promise<boolean> =>
      (await hybrid.server.call("GET", "/login", { headers: { cookie } })).text.includes("Signed in as");
    expect(await show(`__Host-briksync_session=${second}`)).toBe(true);
    expect(await show(`__Host-briksync_session=${first}`)).toBe(false);
    expect(await show(`__Host-briksync_session=${second}; __Host-briksync_session=${second}`)).toBe(false);
  });

  it("S-07 a new sign-in succeeds but reports a failure if the previous session cannot be ended", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    const first = browser.cookies.get("__Host-briksync_session");
    await hybrid.server.database.breakWrites("sessions", "update");
    const done = await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    expect([done.status, done.headers.location]).toEqual([303, "/settings"]);
    expect(browser.cookies.get("__Host-briksync_session")).not.toBe(first);
    expect((await browser.open("/login")).text).toContain("Signed in as");
    expect(hybrid.server.failures.map(({ what }) => what)).toEqual(["cannot end the previous session of a browser"]);
  });

  it("S-07 management calls do not accept the cookie", async () => {
    const hybrid = await useBrowsers();
    const { user } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    const token = browser.cookies.get("__Host-briksync_session") ?? "";
    expect((await browser.open("/external/v1/auth/me")).status).toBe(401);
    expect((await hybrid.server.call("GET", "/external/v1/auth/me", { token })).status).toBe(401);
    const refreshed = await hybrid.server.call("POST", "/external/v1/auth/refresh", { json: { refreshToken: token } });
    expect(refreshed.status).toBe(401);
  });
});
