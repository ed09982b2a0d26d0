import { describe, expect, it } from "vitest";
import { Browser, pageHeaders, publicUrl } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { useHybrid } from "../support/hybrid-server.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import { openRawSocket } from "../support/raw-socket.ts";
import type { TestServer } from "../support/start-server.ts";

describe("browser sign-in", () => {
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
      const back = await getCallbackUrl(hybrid, browser, user, returnTo);
      const { headers } = await browser.open(pathOf(back));
      expect(new URL(String(headers.location), publicUrl).origin, returnTo).toBe(publicUrl);
      expect(headers["set-cookie"]).toHaveLength(3);
      const page = await browser.open(`/login?returnTo=${encodeURIComponent(returnTo)}`);
      expect(page.text).not.toMatch(/href="(?!\/(api\/auth\/start|assets\/|settings\/api-access"))/);
    }
    for (const path of [
      "/api/auth/start?provider=evil",
      "/api/auth/start",
      "/api/auth/start?provider=google&provider=x",
    ]) {
      expect((await new Browser(hybrid).open(path)).headers.location).toBe("/login?auth=failed");
    }
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
      expect(page.text).not.toMatch(/<style|\sstyle=|\son\w+=/);
      expect(page.headers).toMatchObject(pageHeaders("'none'"));
    }
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    const page = await browser.open("/login");
    expect(page.text).toContain("&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;Sons&#39;");
    expect(page.text).not.toContain("<script");
  });

  it("S-07 offers only the password without Supabase, and the callback reports a failure", async () => {
    const plain = await useTestServer();
    const elsewhere = await useHybrid({ HOST: "0.0.0.0" });
    for (const server of [plain, elsewhere.server]) {
      const page = await server.call("GET", "/login", { headers: { "sec-fetch-site": "none" } });
      expect(page.status).toBe(200);
      expect(page.text.match(/action="[^"]*"/g)).toEqual(['action="/api/auth/signin"']);
      for (const path of ["/api/auth/start?provider=google", "/api/auth/callback?code=x&state=y"]) {
        const response = await server.call("GET", path);
        expect([response.status, response.headers.location]).toEqual([303, "/login?auth=failed"]);
      }
    }
  });

  it("D-03 reports that HTTPS is required if a browser would drop the cookie", async () => {
    const bare = await useTestServer();
    const proxied = await useTestServer({ PUBLIC_URL: publicUrl });
    const hasForm = async (server: TestServer, headers: Record<string, string>): Promise<boolean> => {
      const { text } = await server.call("GET", "/login", { headers });
      expect(text.includes("<form"), JSON.stringify(headers)).toBe(!text.includes("needs HTTPS"));
      return text.includes("<form");
    };
    for (const host of ["localhost:4870", "127.0.0.1:4870", "[::1]:4870"])
      expect(await hasForm(bare, { host })).toBe(true);
    // Browsers send Sec-Fetch-Site only where they also keep the cookie.
    expect(await hasForm(bare, { host: "192.0.2.1:4870", "sec-fetch-site": "none" })).toBe(true);
    expect(await hasForm(bare, { host: "192.0.2.1:4870" })).toBe(false);
    expect(await hasForm(bare, { host: "keys.lan" })).toBe(false);
    expect(await hasForm(proxied, { host: new URL(publicUrl).host })).toBe(true);
    const { text } = await proxied.call("GET", "/login", { headers: { host: "192.0.2.1:4870" } });
    expect(text).toContain(`<a href="${publicUrl}/login">`);
  });

  it("S-33 limits the size of forms", async () => {
    const hybrid = await useBrowsers();
    const big = await new Browser(hybrid).open("/api/auth/start", { email: "x".repeat(10_000) });
    expect([big.status, big.body]).toMatchObject([413, { data: null, code: "PAYLOAD_TOO_LARGE" }]);
    const raw = await openRawSocket(hybrid.server.url);
    raw.send(
      "GET /api/auth/callback?code=%0d%0ax&state=%zz HTTP/1.1\r\nhost: x\r\ncookie: __Host-briksync_sign_in=%\r\n\r\n",
    );
    const response = await raw.until((text) => text.includes("\r\n\r\n"));
    expect(response).toMatch(/^HTTP\/1\.1 303 /);
    expect(response).toContain("location: /login?auth=failed\r\n");
    raw.destroy();
  });
});
