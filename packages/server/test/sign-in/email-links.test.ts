import { describe, expect, it } from "vitest";
import { Browser, foreignPages } from "../support/browser.ts";
import { invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";

describe("browser sign-in", () => {
  it("S-07 works with an email link, and does not reveal whether an address is known", async () => {
    const hybrid = await useBrowsers();
    const { user, email } = await invite(hybrid, { party: "email" });
    const browser = new Browser(hybrid);
    const sent = await browser.open("/api/auth/start", { email: email.toUpperCase(), returnTo: "/keys" });
    const unknown = await new Browser(hybrid).open("/api/auth/start", { email: "nobody@nowhere.example" });
    for (const response of [sent, unknown]) {
      expect([response.status, response.headers.location]).toEqual([303, "/login?auth=email_sent"]);
      expect(response.headers["set-cookie"]).toHaveLength(1);
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
      for (const response of [sent, unknown]) {
        expect([response.status, response.headers.location]).toEqual([303, "/login?auth=email_sent"]);
        expect(response.headers["set-cookie"]).toHaveLength(1);
      }
    }
    expect(hybrid.supabase.project.mails).toHaveLength(1);
    expect((await browser.open(pathOf(hybrid.supabase.followMail()))).headers.location).toBe("/keys");
  });

  it("S-33 sends no email for another site, and limits emails", async () => {
    const hybrid = await useBrowsers();
    const { email } = await invite(hybrid);
    for (const headers of foreignPages) {
      const response = await hybrid.server.call("POST", "/api/auth/start", { headers, body: `email=${email}` });
      expect([response.status, response.headers["set-cookie"]]).toEqual([403, undefined]);
    }
    const responses: unknown[] = [];
    for (let minute = 0; minute < 60; minute++) {
      responses.push((await new Browser(hybrid).open("/api/auth/start", { email })).headers.location);
      hybrid.server.clock.advance(60_000);
    }
    const [sent, refused] = ["/login?auth=email_sent", "/login?auth=too_many_attempts"];
    expect(new Set(responses)).toEqual(new Set([sent, refused]));
    expect(responses.slice(0, 10)).toEqual(Array(10).fill(sent));
    // The server sends 10 immediately and one more every 90 seconds.
    expect(responses.filter((location) => location === sent).length).toBeLessThanOrEqual(10 + 40);
    expect(hybrid.supabase.project.mails).toHaveLength(responses.filter((location) => location === sent).length);
  });
});
