import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the session of the page"), () => {
  const dashboard = useDashboard();

  /** Ends the session that the page uses. */
  async function endSession(tokens: readonly string[]): Promise<void> {
    for (const accessToken of new Set(tokens)) {
      await new BrikSync({ baseUrl: dashboard.server.url, accessToken }).auth.signOut().catch(() => undefined);
    }
  }

  function collectTokens(page: Page): string[] {
    const tokens: string[] = [];
    page.on("request", (request) => {
      const [, token] = (request.headers()["authorization"] ?? "").split(" ");
      if (token !== undefined) tokens.push(token);
    });
    return tokens;
  }

  it("gets another token after the server refused one, and continues", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open();
    await page.getByText("No API keys yet").waitFor();
    const error = { code: 401, message: "Unauthorized", type: "UNAUTHORIZED", requestId: "0" };
    let isRefused = false;
    await page.route("**/external/v1/auth/keys", (route) => {
      if (isRefused || route.request().method() !== "POST") return route.continue();
      isRefused = true;
      return route.fulfill({ status: 401, json: { error } });
    });
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("After the refusal");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByRole("dialog", { name: "Copy your API key now" }).waitFor();
    expect(isRefused).toBe(true);
  });

  it("keeps the user's input after the session has ended, and leads back to the same screen", async () => {
    await dashboard.signIn();
    const { page } = await dashboard.open("/login");
    const tokens = collectTokens(page);
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByText("No API keys yet").waitFor();
    await endSession(tokens);
    await dashboard.signOut();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("Not lost");
    await page.getByRole("button", { name: "Create Key" }).click();
    const dialog = page.getByRole("dialog", { name: "Generate New API Key" });
    await dialog.getByText("Your session is over").waitFor();
    expect(await page.getByLabel("Name").inputValue()).toBe("Not lost");
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "Sign in again" }).click();
    await page.waitForURL(/\/login\?returnTo=%2Fsettings%2Fapi-access/);
  });

  it("D-02 keeps the unconfirmed secret of one tab out of another tab, and out of the next account", async () => {
    await dashboard.signIn();
    const { page, context } = await dashboard.open();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("Of the first tab");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByRole("dialog", { name: "Copy your API key now" }).waitFor();
    const second = await context.newPage();
    await second.goto(`${dashboard.server.url}/settings/api-access`);
    await second.getByRole("link", { name: "Of the first tab" }).waitFor();
    expect(await second.getByRole("button", { name: "Show it again" }).count()).toBe(0);
    await dashboard.signIn();
    page.on("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByText("No API keys yet").waitFor();
    expect(await page.getByRole("button", { name: "Show it again" }).count()).toBe(0);
  });

  it("D-05 never acts for an account that signed in in another tab, and shows that account", async () => {
    await dashboard.signIn({ company: "First Company" });
    const { page } = await dashboard.open("/login");
    const tokens = collectTokens(page);
    await page.goto(`${dashboard.server.url}/settings/api-access`);
    await page.getByText("First Company").waitFor();
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("For the first company");
    await endSession(tokens);
    const { accessToken } = await dashboard.signIn({ company: "Second Company" });
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByText("You signed in as another user").waitFor();
    await page.getByText("Second Company").waitFor();
    await expectNoFindings(page);
    const { items } = await new BrikSync({ baseUrl: dashboard.server.url, accessToken }).keys.listPage();
    expect(items).toEqual([]);
  });
});
