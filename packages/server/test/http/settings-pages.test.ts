import { describe, expect, it } from "vitest";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import { Browser, pageHeaders, publicUrl } from "../support/browser.ts";
import { useServer } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";

requireFreshBuild("dashboard");
requireFreshBuild("server");

describe("the settings pages", () => {
  const server = useServer({ PUBLIC_URL: publicUrl });

  async function signIn(): Promise<Browser> {
    const { email, password } = await createPerson(server.deps);
    const browser = new Browser({ server });
    await browser.open("/api/auth/signin", { email, password });
    return browser;
  }

  it("D-03 have a policy that runs only files of this server", async () => {
    const browser = await signIn();
    for (const path of ["api-access", "api-access/0198c0de", "pipelines", "audit", "account"]) {
      const { status, headers, text } = await browser.open(`/settings/${path}`);
      expect(status).toBe(200);
      expect(headers).toMatchObject({ ...pageHeaders("'self'"), "content-type": "text/html; charset=utf-8" });
      expect(text).toContain('<briksync-keys routes="history"></briksync-keys>');
      expect(text).toMatch(/<noscript>.*<code>briksync keys --help<\/code>/);
      expect(text).not.toMatch(
        /<style|\sstyle=|\son\w+=|<script(?! type="module" src="\/assets\/[\w.-]+\.js"><\/script>)/,
      );
    }
  });

  it("D-05 redirect to the sign-in page and back without a session, and from the root to the keys", async () => {
    const stranger = new Browser({ server });
    const { headers } = await stranger.open("/settings/api-access/x?tab=%2F%2Fevil");
    expect(headers.location).toBe("/login?returnTo=%2Fsettings%2Fapi-access%2Fx%3Ftab%3D%252F%252Fevil");
    expect((await stranger.open(headers.location ?? "")).text).toContain(
      'name="returnTo" value="/settings/api-access/x?tab=%2F%2Fevil"',
    );
    for (const path of ["/", "/settings"]) {
      expect((await stranger.open(path)).headers.location).toBe("/settings/api-access");
    }
    for (const path of ["/settings/unknown", "/settings/api-access/a/b", "/assets/unknown.js"]) {
      expect((await stranger.open(path)).status).toBe(404);
    }
  });

  it("D-06 load files that browsers keep forever, compressed if they accept it", async () => {
    const browser = await signIn();
    const { text } = await browser.open("/settings/api-access");
    const paths = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
    const plain = [...(await browser.open("/login")).text.matchAll(/href="(\/assets\/[^"]+)"/g)].map(
      ([, path = ""]) => path,
    );
    expect([paths.length, plain.length]).toEqual([3, 2]);
    for (const path of [...paths, ...plain]) {
      const whole = await server.call("GET", path, { headers: { "accept-encoding": "br, gzip;q=0" } });
      expect([whole.status, whole.headers["content-encoding"]]).toEqual([200, undefined]);
      expect(whole.headers).toMatchObject({
        "cache-control": "public, max-age=31536000, immutable",
        "cross-origin-resource-policy": "cross-origin",
        "access-control-allow-origin": "*",
        vary: "accept-encoding",
        "x-content-type-options": "nosniff",
      });
      const response = await fetch(`${server.url}${path}`, { headers: { "accept-encoding": "gzip" } });
      expect(response.headers.get("content-encoding")).toBe("gzip");
      expect(await response.text()).toBe(whole.text);
      expect(Number(response.headers.get("content-length"))).toBeLessThan(Buffer.byteLength(whole.text));
    }
  });

  it("D-07 offer the custom element at a stable address for pages of other origins", async () => {
    const { status, headers, text } = await server.call("GET", "/briksync-keys.js");
    expect([status, headers["cache-control"], headers["access-control-allow-origin"]]).toEqual([200, "no-cache", "*"]);
    const [, path = ""] = /^import "\.(\/assets\/[\w.-]+\.js)";\n$/.exec(text) ?? [];
    expect((await server.call("GET", path)).text).toContain("briksync-keys");
  });
});
