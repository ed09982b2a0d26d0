import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openOwnPage } from "./support/open-own-page.ts";
import { seedKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const newPassword = "correct staple battery horse";

/** Fills in the form with the keyboard only, starting in the field of the current password. */
async function typePasswords(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel("Current password").focus();
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(current);
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(next);
  await page.keyboard.press("Enter");
}

/** Returns whether a console message is about a refused request. Browsers log those themselves. */
const isRefusal = (message: string): boolean => message.startsWith("Failed to load resource");

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the account screen"), () => {
  const dashboard = useDashboard();

  it("D-01 shows the user and the companies, and switches to another company with its keys and rights", async () => {
    const { account, accessToken } = await dashboard.signIn({ email: "ada@partner.com", company: "Acme Corp" });
    await seedKey(dashboard, accessToken, "A key of Acme");
    await dashboard.server.createAccount({ ...account, company: "Northwind", privilege: 3 });
    const viewport = { width: 320, height: 640 };
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/account", { viewport });
    await page.getByText("ada@partner.com").waitFor();
    expect(await page.getByRole("region", { name: "Companies" }).getByRole("listitem").allTextContents()).toEqual([
      "Acme Corp Super AdminCurrent",
      "Northwind MemberSwitch",
    ]);
    await expectNoFindings(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await page.getByRole("button", { name: "Switch to Northwind" }).press("Enter");
    await page.getByText("You cannot manage API keys in this company").waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings/api-access");
    await page.getByRole("banner").getByText("Northwind").waitFor();
    expect(await page.getByText("A key of Acme").count()).toBe(0);
    expect(complaints.filter((message) => !isRefusal(message))).toEqual([]);
  });

  it("D-01 changes the password, shows the server's reasons beside the field, and ends other sessions", async () => {
    const { account, accessToken } = await dashboard.signIn();
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/account");
    await page.getByLabel("Current password").waitFor();
    await typePasswords(page, "not the password", newPassword);
    await page.getByText("The current password is wrong").waitFor();
    const current = page.getByLabel("Current password");
    expect(await current.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => current.evaluate((field) => field.matches(":focus"))).toBe(true);
    await expectNoFindings(page);
    await typePasswords(page, account.password, "short");
    await page.getByText("The server did not accept the new password").waitFor();
    expect(await page.getByLabel("New password").getAttribute("aria-invalid")).toBe("true");
    expect(await current.getAttribute("aria-invalid")).toBe(null);
    await page.getByLabel("Show the passwords").press("Space");
    expect(await current.inputValue()).toBe(account.password);
    const sessions = page.getByRole("region", { name: "Sessions" }).getByRole("listitem");
    expect(await sessions.count()).toBe(2);
    await typePasswords(page, account.password, newPassword);
    await page.getByText("Your password is changed.").first().waitFor();
    await expect.poll(() => sessions.count()).toBe(1);
    expect(await current.inputValue()).toBe("");
    await expectNoFindings(page);
    const others = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
    await expect(others.auth.getSession()).rejects.toThrow("Unauthorized");
    await page.getByRole("link", { name: "API Access" }).click();
    await page.getByText("No API keys yet").waitFor();
    expect(complaints.filter((message) => !isRefusal(message))).toEqual([]);
  });

  it.each([
    { opened: "/settings/audit", name: "Audit", path: "/settings/audit" },
    {
      opened: "/settings/account?returnTo=https%3A%2F%2Fevil.example%2Fx",
      name: "API Access",
      path: "/settings/api-access",
    },
    { opened: "/settings/account", name: "API Access", path: "/settings/api-access" },
  ])("asks for a new password first, and continues from $opened to $path", async ({ opened, name, path }) => {
    const { account } = await dashboard.signIn({ mustChangePassword: true });
    const { page } = await openOwnPage(dashboard, account, "/settings/audit");
    expect(new URL(page.url()).search).toBe("?returnTo=%2Fsettings%2Faudit");
    await page.goto(dashboard.server.url + opened);
    await page.getByText("Change your password first").waitFor();
    await page.getByLabel("Current password").waitFor();
    expect(await page.getByRole("heading", { name: "Companies" }).count()).toBe(0);
    await expectNoFindings(page);
    await typePasswords(page, account.password, newPassword);
    await page.getByRole("heading", { name, level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.getByText("Change your password first").count()).toBe(0);
  });

  it("D-04 signs out, and another tab notices at its next call without losing its place", async () => {
    const { account } = await dashboard.signIn();
    const { page, context } = await openOwnPage(dashboard, account, "/settings/audit?action=session.signed_in");
    await page.getByRole("table", { name: "Audit events" }).waitFor();
    const other = await context.newPage();
    await other.goto(`${dashboard.server.url}/settings/account`);
    await other.getByRole("button", { name: "Sign out", exact: true }).press("Enter");
    await other.waitForURL("**/login?auth=signed_out");
    await page.getByLabel("Action").selectOption("Key generated");
    await page.getByText("Your session is over").waitFor();
    expect(await page.getByText("Your session is over").count()).toBe(1);
    expect(new URL(page.url()).pathname).toBe("/settings/audit");
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Sign in again" }).press("Enter");
    await page.waitForURL("**/login?returnTo=*");
    expect(new URL(page.url()).searchParams.get("returnTo")).toBe("/settings/audit?action=key.created");
  });

  it("asks the server to end all sessions, and stays if the server cannot be reached", async () => {
    const { account } = await dashboard.signIn();
    const { page } = await openOwnPage(dashboard, account, "/settings/account");
    const everywhere = page.getByRole("button", { name: "Sign out everywhere" });
    await everywhere.waitFor();
    await page.route("**/api/auth/signout", (route) => route.abort());
    await everywhere.press("Enter");
    await page.getByText("This may or may not have taken effect").waitFor();
    await expectNoFindings(page);
    await page.unroute("**/api/auth/signout");
    const sent = page.waitForRequest("**/api/auth/signout");
    await page.getByRole("button", { name: "Check again" }).press("Enter");
    expect((await sent).postData()).toBe("everywhere=1");
    await page.waitForURL("**/login?auth=signed_out");
  });
});
