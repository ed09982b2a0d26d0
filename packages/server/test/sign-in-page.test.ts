import { describe, expect, it } from "vitest";
import { Browser, publicUrl } from "./support/browser.ts";
import { comeBack, invite, pathOf, useBrowsers } from "./support/browser-sign-in.ts";
import { useHybrid } from "./support/hybrid-server.ts";
import { useTestServer } from "./support/lifetimes.ts";
import { createPerson } from "./support/people.ts";
import { openRawSocket } from "./support/raw-socket.ts";

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
