import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { seedKey } from "./support/seed-keys.ts";
import { trustPipeline } from "./support/trust-pipeline.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the navigation of the page"), () => {
  const dashboard = useDashboard();
  beforeAll(async () => {
    await dashboard.signIn();
  });

  it("D-03 gives each screen a path and a title, focuses its heading, and logs nothing to the console", async () => {
    const { page, complaints } = await dashboard.open();
    await page.getByRole("heading", { name: "API Access", level: 1 }).waitFor();
    for (const name of ["Pipelines", "Audit"]) {
      await page.getByRole("link", { name }).click();
      const heading = page.getByRole("heading", { name, level: 1 });
      await heading.waitFor();
      expect(new URL(page.url()).pathname).toBe(`/settings/${name.toLowerCase()}`);
      await expect.poll(() => page.title()).toBe(`${name} · BrikSync`);
      await expect.poll(() => heading.evaluate((element) => element.matches(":focus"))).toBe(true);
      await expectNoFindings(page);
    }
    await page.goBack();
    await page.getByRole("heading", { name: "Pipelines", level: 1 }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "API Access", level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("says that a part of the page could not be loaded, and loads it once the server is reachable again", async () => {
    const { page, context } = await dashboard.open("/login");
    await context.route("**/assets/audit-*", (route) => route.abort());
    await page.goto(`${dashboard.server.url}/settings/audit`);
    await page.getByText("This part of the page could not be loaded").waitFor();
    await expectNoFindings(page);
    await context.unroute("**/assets/audit-*");
    await page.getByRole("button", { name: "Load again" }).click();
    await page.getByRole("heading", { name: "Audit", level: 1 }).waitFor();
    await page.getByRole("table", { name: "Audit" }).waitFor();
  });

  it("D-01 fits the window at 200 % zoom on every screen, without scrolling sideways", async () => {
    // This is a browser window of 1,280 by 1,024 pixels at 200 % zoom.
    const options = { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 };
    const { page } = await dashboard.open("/settings/api-access", options);
    for (const name of ["API Access", "Pipelines", "Audit", "Account"]) {
      await page.getByRole("link", { name }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
      expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBe(640);
    }
  });

  it("leads a browser without a session to /login, and back to the same place later", async () => {
    const { page, context } = await dashboard.open();
    await context.close();
    await dashboard.signOut();
    const later = await dashboard.open("/settings/audit?key=1");
    await later.page.waitForURL(/\/login/);
    expect(new URL(later.page.url()).searchParams.get("returnTo")).toBe("/settings/audit?key=1");
    expect(page.isClosed()).toBe(true);
  });
});

describe.skipIf(isChromiumMissing)(nameChromiumSuite("D-07 the element in a page of another origin"), () => {
  const dashboard = useDashboard();

  it("works with the token of that page, even if the page set it earlier, and does not change the URL", async () => {
    const { accessToken } = await dashboard.signIn();
    const key = await seedKey(dashboard, accessToken, "CRM");
    await trustPipeline(dashboard, accessToken, "From elsewhere", [key.id]);
    const { page, complaints } = await dashboard.open(dashboard.foreign.url);
    await page.evaluate((token) => {
      Object.assign(document.querySelector("briksync-keys") ?? {}, { getAccessToken: async () => token });
    }, accessToken);
    await page.getByRole("heading", { name: "API Access" }).waitFor();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("From a foreign page");
    await page.getByRole("button", { name: "Create Key" }).click();
    const reveal = page.getByRole("dialog", { name: "Copy your API key now" });
    await reveal.getByLabel("I have stored this key").check();
    await reveal.getByRole("button", { name: "Done" }).click();
    await page.getByRole("table", { name: "API keys" }).getByText("From a foreign page").waitFor();
    expect(await page.getByRole("button", { name: "Account" }).count()).toBe(0);
    await page.getByRole("button", { name: "Pipelines" }).click();
    await page.getByRole("button", { name: "Remove “From elsewhere”" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await page.getByText("No pipeline is trusted yet.").waitFor();
    await page.getByRole("button", { name: "Audit" }).click();
    await page.getByRole("heading", { name: "Audit" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    expect(await page.title()).toBe("A foreign page");
    expect(complaints).toEqual([]);
  });

  it("asks the host for a new session, and starts again with it", async () => {
    const { accessToken } = await dashboard.signIn();
    const { page } = await dashboard.open(dashboard.foreign.url);
    await page.evaluate((token) => {
      const element = document.querySelector("briksync-keys");
      const requests: boolean[] = [];
      element?.addEventListener("briksync-session-over", (event) => {
        const { isRequested } = (event as CustomEvent<{ isRequested: boolean }>).detail;
        requests.push(isRequested);
        if (isRequested) current = token;
      });
      let current = "an expired token";
      Object.assign(window, { requests });
      Object.assign(element ?? {}, { getAccessToken: async () => current });
    }, accessToken);
    await page.getByRole("alert").getByText("Your session is over").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Sign in again" }).click();
    await page.getByText("No API keys yet").waitFor();
    expect(new Set(await page.evaluate<boolean[]>("requests"))).toEqual(new Set([false, true]));
  });

  it("leaves nothing behind when it is removed", async () => {
    const { accessToken } = await dashboard.signIn();
    const { page, complaints } = await dashboard.open(dashboard.foreign.url);
    await page.evaluate((token) => {
      Object.assign(document.querySelector("briksync-keys") ?? {}, { getAccessToken: async () => token });
    }, accessToken);
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.evaluate(() => {
      const element = document.querySelector("briksync-keys");
      element?.remove();
      Object.assign(window, { removed: element });
    });
    expect(await page.evaluate("removed.shadowRoot.childElementCount")).toBe(0);
    await page.evaluate("document.body.append(removed)");
    await page.getByText("No API keys yet").waitFor();
    expect(complaints).toEqual([]);
  });
});
