import type { Page, Route } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { seedKey } from "./support/seed-keys.ts";
import { trustPipeline } from "./support/trust-pipeline.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const api = "**/external/v1/auth/**";
const html = { contentType: "text/html", body: "<!doctype html><h1>Welcome to the hotel</h1>" };

/** The screens with a list, their heading and table, and a refusal that tells the client to wait. */
const screens = [
  {
    path: "/settings/api-access",
    calls: /\/external\/v1\/auth\/keys/,
    heading: "API Access",
    table: "API keys",
    wait: { status: 503, type: "UNAVAILABLE", says: "The server is unavailable at the moment. Nothing was changed." },
  },
  {
    path: "/settings/pipelines",
    calls: /\/external\/v1\/auth\/trusts/,
    heading: "Pipelines",
    table: "Trusted pipelines",
    wait: { status: 429, type: "RATE_LIMITED", says: "The server received too many requests." },
  },
  {
    path: "/settings/audit",
    calls: /\/external\/v1\/auth\/audit/,
    heading: "Audit",
    table: "Audit events",
    wait: { status: 429, type: "RATE_LIMITED", says: "The server received too many requests." },
  },
];

const refuse = (status: number, type: string, seconds?: number) => ({
  status,
  headers: seconds === undefined ? {} : { "retry-after": String(seconds) },
  json: { error: { code: status, message: "A message", type, requestId: "1" } },
});

/**
 * Responds to the first `count` requests with `response`. The real server handles the rest. Returns a request counter.
 */
async function fulfillFirst(page: Page, calls: RegExp, count: number, response: object): Promise<() => number> {
  let requested = 0;
  await page.route(calls, (route) => (++requested <= count ? route.fulfill(response) : route.fallback()));
  return () => requested;
}

describe.skipIf(isChromiumMissing)(nameChromiumSuite("states of the whole page"), () => {
  const dashboard = useDashboard();
  beforeEach(async () => {
    const { accessToken } = await dashboard.signIn();
    const key = await seedKey(dashboard, accessToken, "CRM");
    await trustPipeline(dashboard, accessToken, "Release", [key.id]);
  });

  /** Opens a page that has not called the API, so that a test can handle its first call. */
  async function openBlank(): Promise<Page> {
    const { page } = await dashboard.open("/login");
    return page;
  }

  describe.each(screens)("of $path", ({ path, calls, heading, table, wait }) => {
    const show = async (page: Page, width = 1280): Promise<void> => {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(dashboard.server.url + path);
    };

    it(`count down after ${wait.status}, and continue themselves, even the second time`, async () => {
      const { status, type, says } = wait;
      const page = await openBlank();
      const count = await fulfillFirst(page, calls, 2, refuse(status, type, 2));
      await show(page, 320);
      await page.getByText(says).waitFor();
      expect(await page.getByRole("timer").textContent()).toMatch(/^[12] s$/);
      await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
      await page.getByRole("table", { name: table }).waitFor();
      expect(count()).toBe(3);
      expect(await page.getByText(says).count()).toBe(0);
    });

    it("say that an HTML response is not from the API, and that the server cannot be reached", async () => {
      const page = await openBlank();
      await page.route(api, (route) => route.fulfill(html));
      await show(page, 320);
      await page.getByText("The response is not from the API.").waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
      await expectNoFindings(page);
      await page.unroute(api);
      await page.route(api, (route) => route.abort());
      await page.getByRole("button", { name: "Try again" }).first().press("Enter");
      await page.getByText("The server cannot be reached.").first().waitFor();
      await page.unroute(api);
      await page.getByRole("button", { name: "Try again" }).first().press("Enter");
      await page.getByRole("table", { name: table }).waitFor();
    });

    it("say the same if a proxy responds to the request for a token", async () => {
      const page = await openBlank();
      await page.route("**/api/auth/token", (route) => route.fulfill({ ...html, status: 502 }));
      await show(page);
      await page.getByText("The response is not from the API.").first().waitFor();
      await page.unroute("**/api/auth/token");
      await page.getByRole("button", { name: "Try again" }).first().press("Enter");
      await page.getByRole("table", { name: table }).waitFor();
    });

    it("say who manages keys to a user who has lost their role meanwhile", async () => {
      const page = await openBlank();
      await show(page);
      await page.getByRole("table", { name: table }).waitFor();
      await page.route(calls, (route) => route.fulfill(refuse(403, "FORBIDDEN")));
      await page.reload();
      await page.getByText("Admins and Super Admins manage API keys.").waitFor();
      await expectNoFindings(page);
    });
  });

  it("explain that the plan was downgraded meanwhile, and keep the user's input", async () => {
    const { account } = await dashboard.signIn();
    const page = await openBlank();
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("Warehouse");
    await dashboard.server.setPlan(account, "PRO");
    await page.getByRole("button", { name: "Create Key" }).click();
    const dialog = page.getByRole("dialog", { name: "Generate New API Key" });
    await dialog.getByText("Settings → Billing").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Warehouse");
    await expectNoFindings(page);
  });

  /** Shows a new secret, and runs `happen` before the server refuses the list behind it. */
  async function revealDuring(page: Page, happen: () => Promise<unknown>): Promise<void> {
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByRole("table", { name: "API keys" }).waitFor();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("Warehouse");
    let isRefused = false;
    const refuseList = async (route: Route): Promise<void> => {
      if (route.request().method() !== "GET" || isRefused) return route.fallback();
      isRefused = true;
      await happen();
      return route.fulfill(refuse(401, "UNAUTHORIZED"));
    };
    await page.route(/\/auth\/keys/, refuseList);
    const refusal = page.waitForResponse(
      (response) => response.url().includes("/auth/keys") && response.status() === 401,
    );
    await page.getByRole("button", { name: "Create Key" }).press("Enter");
    await refusal;
  }

  async function confirmSecret(page: Page): Promise<void> {
    const dialog = page.getByRole("dialog", { name: "Copy your API key now" });
    await dialog.getByRole("button", { name: "Show", exact: true }).press("Enter");
    await dialog.getByText(/^sec_[0-9a-f]{48}$/).waitFor();
    await dialog.getByLabel("I have stored this key").press("Space");
    await dialog.getByRole("button", { name: "Done" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
  }

  it("D-02 keep a secret on the screen after the session has ended, and do not leave the page", async () => {
    const page = await openBlank();
    await revealDuring(page, () => dashboard.signOut());
    await page.getByText("Your session is over").first().waitFor({ state: "attached" });
    await confirmSecret(page);
    await page.getByText("Your session is over").first().waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings/api-access");
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Sign in again" }).first().press("Enter");
    await page.waitForURL("**/login?returnTo=%2Fsettings%2Fapi-access");
  });

  it("D-02 keep a secret on the screen after another tab switched the account, then show that account", async () => {
    const page = await openBlank();
    const answered = page.waitForResponse(/\/auth\/me/).then(() => page.waitForResponse(/\/auth\/me/));
    await revealDuring(page, () => dashboard.signIn({ company: "Northwind" }));
    await answered;
    await page.waitForTimeout(300);
    expect(await page.getByText("You signed in as another user").count()).toBe(0);
    await confirmSecret(page);
    await page.getByText("You signed in as another user").waitFor();
    await page.getByRole("banner").getByText("Northwind").waitFor();
    await page.getByText("No API keys yet").waitFor();
  });
});
