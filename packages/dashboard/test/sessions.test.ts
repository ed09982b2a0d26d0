import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import type { Account } from "../../cli/test/support/server-process.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openOwnPage } from "./support/open-own-page.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the list of sessions"), () => {
  const dashboard = useDashboard();
  const items = (page: Page) => page.getByRole("region", { name: "Sessions" }).getByRole("listitem");

  /** Returns the status of a call with a token. */
  async function callWith(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${dashboard.server.url}/external/v1/auth/me`, { headers })).status;
  }

  /** Signs in as a client with this name. Returns its access token. */
  async function signInAs(client: string, { email, password }: Account): Promise<string> {
    const response = await fetch(`${dashboard.server.url}/external/v1/auth/signin`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": client },
      body: JSON.stringify({ email, password }),
    });
    return (await response.json()).accessToken;
  }

  it("D-01 shows where the user is signed in, and ends one session by keyboard", async () => {
    const { account } = await dashboard.signIn({ company: "Acme Corp" });
    const script = await signInAs("nightly report/1.0", account);
    const viewport = { width: 320, height: 640 };
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/account", { viewport });
    await items(page).first().waitFor();
    const texts = await items(page).allTextContents();
    expect(texts).toHaveLength(3);
    expect(texts[0]).toMatch(
      /^Chrome on Linux127\.0\.0\.1 · Acme Corp · last used just now · signed in with a browserThis session$/,
    );
    expect(texts[1]).toMatch(
      /^nightly report\/1\.0127\.0\.0\.1 · Acme Corp · last used .+ · signed in with a passwordEnd$/,
    );
    await expectNoFindings(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);

    const end = page.getByRole("button", { name: "End the session “nightly report/1.0”" });
    await end.press("Enter");
    const dialog = page.getByRole("dialog", { name: "End the session “nightly report/1.0”?" });
    await dialog.waitFor();
    await expectNoFindings(page);
    // The focus starts on "Cancel".
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await callWith(script)).toBe(200);
    await end.press("Enter");
    await dialog.getByRole("button", { name: "End", exact: true }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.getByText("The session has ended.").waitFor({ state: "attached" });
    expect(await callWith(script)).toBe(401);
    await expect.poll(() => items(page).count()).toBe(2);
    const heading = page.getByRole("heading", { name: "Sessions" });
    await expect.poll(() => heading.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("ends all other sessions, and stays signed in", async () => {
    const { account, accessToken } = await dashboard.signIn();
    const script = await signInAs("nightly report/1.0", account);
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/account");
    await page.getByRole("button", { name: "End all other sessions" }).press("Enter");
    const dialog = page.getByRole("dialog", { name: "End all other sessions?" });
    await dialog.getByText("This ends 2 sessions.").waitFor();
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "End all other sessions" }).press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect([await callWith(script), await callWith(accessToken)]).toEqual([401, 401]);
    await expect.poll(() => items(page).count()).toBe(1);
    expect(await page.getByRole("button", { name: "End all other sessions" }).count()).toBe(0);
    await page.getByRole("link", { name: "API Access" }).click();
    await page.getByText("No API keys yet").waitFor();
    expect(complaints).toEqual([]);
  });

  it("shows sessions of an older server without details, and nothing if the server cannot list sessions", async () => {
    const { account } = await dashboard.signIn();
    const { page } = await openOwnPage(dashboard, account, "/settings/account");
    await items(page).first().waitFor();
    const unknown = { openedWith: null, hostName: null, client: null, ip: null, lastUsedOn: null, company: null };
    await page.route("**/external/v1/auth/sessions?*", (route) =>
      route.fulfill({
        json: [
          {
            id: "1",
            current: false,
            ...unknown,
            createdOn: "2026-01-01T00:00:00.000Z",
            expiresOn: "2090-01-01T00:00:00.000Z",
          },
        ],
      }),
    );
    await page.reload();
    await items(page).first().waitFor();
    expect(await items(page).allTextContents()).toEqual([expect.stringMatching(/^Unknown clientsigned in .+ agoEnd$/)]);
    await expectNoFindings(page);
    await page.route("**/external/v1/auth/sessions?*", (route) =>
      route.fulfill({
        status: 404,
        json: { error: { code: 404, message: "Resource does not exist", type: "NOT_FOUND" } },
      }),
    );
    await page.reload();
    await page.getByRole("heading", { name: "Companies" }).waitFor();
    await page.getByRole("heading", { name: "Password" }).waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Sessions" }).count()).toBe(0);
  });
});
