import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { chromiumOptions, isChromiumMissing, nameChromiumSuite } from "../../../../tools/chromium.ts";
import { findFreePort } from "../support/child-process.ts";
import { type FakeSupabase, useFakeSupabase } from "../support/fake-supabase.ts";
import { openDependencies } from "../support/open-dependencies.ts";
import { createPerson, type Person } from "../support/people.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTemporaryDirectory } from "../support/temporary-directory.ts";

/** A real browser has its own rules for cookies, policies, redirects and the Origin header. */
describe.skipIf(isChromiumMissing)(nameChromiumSuite("in Chromium"), () => {
  const directory = createTemporaryDirectory();
  const finished: (() => void | Promise<void>)[] = [];
  let supabase: FakeSupabase;
  let server: ServerProcess;
  let url: string;
  let person: Person;
  let browser: Browser;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    supabase = await useFakeSupabase((end) => void finished.push(end));
    const port = await findFreePort();
    url = `http://localhost:${port}`;
    const env = {
      DATABASE_URL: `sqlite:${join(directory.path, "briksync.db")}`,
      PORT: String(port),
      LOG_LEVEL: "error",
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_PROVIDERS: "google",
      PUBLIC_URL: url,
    };
    const deps = await openDependencies(env);
    person = await createPerson(deps);
    await deps.store.close();
    supabase.project.addUser({ email: person.email, party: "google" });
    server = await spawnServer(env);
    browser = await chromium.launch(chromiumOptions);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    for (const end of finished) await end();
    directory.remove();
  });
  beforeEach(async () => {
    const context = await browser.newContext({ baseURL: url });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    complaints = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(() => page.context().close());

  const readNotice = (): Promise<string | null> => page.getByRole("status").textContent();

  it("S-07 a user requests an email link, follows it, is signed in, and signs out", async () => {
    await page.goto("/login?returnTo=/login");
    await page.getByLabel("Email", { exact: true }).fill(person.email);
    await page.getByRole("button", { name: "Email me a link" }).click();
    await page.waitForURL("**/login?auth=*");
    expect(await readNotice()).toContain(
      "If the address belongs to an account, you will receive an email with a link.",
    );
    expect(supabase.project.mails.map(({ email }) => email)).toEqual([person.email]);

    await page.goto(supabase.followMail().href);
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(await page.textContent("body")).toContain(`Signed in as ${person.email}`);
    const traits = { httpOnly: true, secure: true, sameSite: "Lax", path: "/" };
    const readCookies = async () =>
      (await page.context().cookies()).sort((one, other) => (one.name < other.name ? -1 : 1));
    expect(await readCookies()).toMatchObject([
      { name: "__Host-briksync_device", ...traits },
      { name: "__Host-briksync_session", ...traits },
    ]);

    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL("**/login?auth=signed_out");
    expect(await readNotice()).toBe("You are signed out.");
    expect(await readCookies()).toMatchObject([{ name: "__Host-briksync_device" }]);
    expect(complaints).toEqual([]);
  });

  it("S-07 a user signs in with a provider, and returns to the requested page", async () => {
    const user = supabase.project.users.find(({ email }) => email === person.email);
    if (user === undefined) throw new Error("There is no such user");
    supabase.visitor = user;
    const requests: Promise<Record<string, string>>[] = [];
    page.on("request", (request) => {
      if (request.url().startsWith(supabase.url)) requests.push(request.allHeaders());
    });
    await page.goto("/login?returnTo=/api/docs/ui/");
    await page.getByRole("link", { name: "Continue with google" }).click();
    await page.waitForURL("**/api/docs/ui/");
    const [headers, ...others] = await Promise.all(requests);
    expect([headers?.["referer"], headers?.["cookie"], others]).toEqual([undefined, undefined, []]);
    await page.goto("/login");
    expect(await page.textContent("body")).toContain(`Signed in as ${person.email}`);
    expect(complaints).toEqual([]);
  });

  it("S-08 a page of another origin can neither request an email link nor show the server's pages in a frame", async () => {
    const mails = supabase.project.mails.length;
    await page.route("http://evil.example/*", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<form method="post" action="${url}/api/auth/start"><input name="email" value="${person.email}">
          <button>Win</button></form><iframe src="${url}/login"></iframe>`,
      }),
    );
    await page.goto("http://evil.example/");
    expect(page.frames().map((frame) => frame.url())).toEqual([
      "http://evil.example/",
      "chrome-error://chromewebdata/",
    ]);
    const refused = page.waitForResponse(`${url}/api/auth/start`);
    await page.getByRole("button", { name: "Win" }).click();
    expect((await refused).status()).toBe(403);
    expect(supabase.project.mails).toHaveLength(mails);
  });

  it("the API documentation page loads under its own policy", async () => {
    await page.goto("/api/docs/ui");
    await page.locator(".opblock").first().waitFor();
    expect(await page.locator(".opblock").count()).toBeGreaterThan(15);
    expect(await page.textContent("body")).toContain("/external/v1/auth/verify");
    expect(complaints).toEqual([]);
  });
});
