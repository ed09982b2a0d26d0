import { setTimeout } from "node:timers/promises";
import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { readFocus } from "./support/open-key.ts";
import { seedKey, useKey } from "./support/seed-keys.ts";
import { trustPipeline } from "./support/trust-pipeline.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const listCalls = "**/external/v1/auth/keys?*";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the list of keys"), () => {
  const dashboard = useDashboard();

  const table = (page: Page) => page.getByRole("table", { name: "API keys" });

  it("D-01 shows each key with its last use, and filters by text and chips", async () => {
    const { accessToken } = await dashboard.signIn();
    const used = await seedKey(dashboard, accessToken, "Used", ["127.0.0.1", "203.0.113.0/24"]);
    await useKey(dashboard, used);
    const revoked = await seedKey(dashboard, accessToken, "Gone");
    await new BrikSync({ baseUrl: dashboard.server.url, accessToken }).keys.revoke(revoked.id);
    const { page, complaints } = await dashboard.open();
    await table(page).waitFor();
    expect(await table(page).getByRole("columnheader").allInnerTexts()).toEqual([
      "Name",
      "Client ID",
      "Created",
      "Last used",
      "IP restrictions",
      "Status",
    ]);
    const row = table(page).getByRole("row", { name: /Used/ });
    const text = await row.textContent();
    for (const part of [used.clientId, "from 127.0.0.1", "203.0.113.0/24", "Active"]) expect(text).toContain(part);
    expect(await row.locator("time").last().getAttribute("datetime")).toMatch(/^\d{4}-\d\d-\d\dT/);
    await expectNoFindings(page);
    await page.getByLabel("Filter keys").fill("gone");
    await expect.poll(() => table(page).getByRole("rowheader").allInnerTexts()).toEqual(["Gone"]);
    await page.getByRole("button", { name: "Active" }).click();
    await page.getByText("No key matches.").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Clear the filter" }).click();
    await page.getByRole("button", { name: "Unrestricted" }).click();
    await page.getByText("No key matches.").waitFor();
    expect(await page.getByRole("button", { name: "Unrestricted" }).getAttribute("aria-pressed")).toBe("true");
    expect(complaints).toEqual([]);
  });

  it("D-01 shows rows as cards at 320 px, without scrolling sideways, and remains a table", async () => {
    const { accessToken } = await dashboard.signIn();
    await seedKey(dashboard, accessToken, "A key with quite a long name for a small screen", [
      "2001:db8:1234:5678::/64",
    ]);
    await seedKey(dashboard, accessToken, "Short");
    const { page } = await dashboard.open(undefined, {
      viewport: { width: 320, height: 640 },
      reducedMotion: "reduce",
      forcedColors: "active",
    });
    await table(page).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    expect(await table(page).getByRole("rowheader").count()).toBe(2);
    await expectNoFindings(page);
  });

  it("prints tables without interactive elements", async () => {
    const { accessToken } = await dashboard.signIn();
    const { id } = await seedKey(dashboard, accessToken, "On paper", ["203.0.113.0/24"]);
    await trustPipeline(dashboard, accessToken, "Release", [id]);
    const { page } = await dashboard.open();
    await table(page).waitFor();
    await page.emulateMedia({ media: "print" });
    for (const text of ["On paper", "203.0.113.0/24"]) {
      expect(await table(page).getByText(text).isVisible(), text).toBe(true);
    }
    for (const control of [
      page.getByRole("button", { name: "Generate New API Key" }),
      page.getByLabel("Filter keys"),
      page.getByRole("link", { name: "Audit" }),
      table(page).getByRole("button").first(),
    ]) {
      expect(await control.isVisible()).toBe(false);
    }
    await page.emulateMedia({ media: "screen" });
    expect(await page.getByLabel("Filter keys").isVisible()).toBe(true);
    await page.getByRole("link", { name: "Pipelines" }).click();
    const trusts = page.getByRole("table", { name: "Trusted pipelines" });
    await trusts.waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await trusts.getByText("Release").isVisible()).toBe(true);
    for (const name of ["Trust a pipeline", "Remove “Release”"]) {
      expect(await page.getByRole("button", { name }).isVisible(), name).toBe(false);
    }
  });

  it("D-06 shows rows after at most 6 requests on a slow connection, and stays usable with 1,000 keys", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open("/login");
    const keys = Array.from({ length: 1000 }, (_, index) => ({
      id: `id-${index}`,
      name: `Key ${index}`,
      clientId: `api_${String(index).padStart(24, "0")}`,
      status: "active",
      lastUsedAt: null,
      createdOn: new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString(),
      ipAllowlist: [],
      rotation: null,
    }));
    await page.route(listCalls, async (route) => {
      // Delay each request, as on a slow connection.
      await setTimeout(3000);
      await route.fulfill({ json: keys });
    });
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    // After the response with the keys, the rows need no further request.
    let needed: string[] = [];
    page.on("response", (response) => {
      if (response.url().includes("/external/v1/auth/keys?")) needed = [...requests];
    });
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await table(page).waitFor();
    expect(needed.filter((url) => !url.endsWith(".svg")).length).toBeLessThanOrEqual(6);
    expect(needed.length).toBeGreaterThan(3);
    await page.getByText("100 of 1,000 keys").waitFor();
    expect(await table(page).getByRole("rowheader").first().textContent()).toBe("Key 999");
    await page.getByRole("button", { name: "Show more" }).click();
    await page.getByText("200 of 1,000 keys").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Key 899");
    await page.getByLabel("Filter keys").fill("Key 42");
    await page.getByText("11 keys").waitFor();
  });

  it("says what to do if there are no keys", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open();
    await page.getByText("No API keys yet. Generate one for each integration.").waitFor();
    await expectNoFindings(page);
  });

  it("says that it is loading only after 300 ms", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open("/login");
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(listCalls, async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByText("Loading…").waitFor();
    await expectNoFindings(page);
    release();
    await page.getByText("No API keys yet").waitFor();
  });

  it.each(["FREE", "PRO"] as const)(
    "explains on the plan %s why no key can be generated, and lists the keys",
    async (plan) => {
      await dashboard.signIn({ plan });
      const { page } = await dashboard.open();
      await page.getByText("Upgrade in Settings → Billing").waitFor();
      const generate = page.getByRole("button", { name: "Generate New API Key" });
      expect(await generate.getAttribute("aria-disabled")).toBe("true");
      const explained = (await generate.getAttribute("aria-describedby")) ?? "";
      expect(await page.locator(`[id="${explained}"]`).textContent()).toContain("BUSINESS");
      await page.getByText("No API keys yet").waitFor();
      await expectNoFindings(page);
    },
  );

  it("tells a Member who manages keys", async () => {
    await dashboard.signIn({ privilege: 3 });
    const { page } = await dashboard.open();
    await page.getByText("Admins and Super Admins manage API keys").waitFor();
    expect(await page.getByRole("button", { name: "Generate New API Key" }).count()).toBe(0);
    await expectNoFindings(page);
  });

  it("shows the password form to a user who must change the password", async () => {
    await dashboard.signIn({ mustChangePassword: true });
    const { page } = await dashboard.open();
    await page.getByRole("heading", { name: "Account" }).waitFor();
    await page.getByLabel("Current password").waitFor();
    await expectNoFindings(page);
  });

  it("counts down after 503 and then reloads the list itself", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open("/login");
    let refusals = 1;
    await page.route(listCalls, (route) => {
      if (refusals-- <= 0) return route.continue();
      const error = { code: 503, message: "Unavailable", type: "UNAVAILABLE" };
      return route.fulfill({ status: 503, headers: { "retry-after": "2" }, json: { error } });
    });
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByText("The page tries again in").waitFor();
    await expectNoFindings(page);
    await page.getByText("No API keys yet").waitFor();
  });

  it("reports an HTML response or a missing response, and recovers", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open("/login");
    await page.route(listCalls, (route) => route.fulfill({ contentType: "text/html", body: "<h1>Proxy login</h1>" }));
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByText("The response is not from the API").waitFor();
    await expectNoFindings(page);
    await page.unroute(listCalls);
    await page.route(listCalls, (route) => route.abort());
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The server cannot be reached").waitFor();
    await page.unroute(listCalls);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("No API keys yet").waitFor();
  });
});
