import type { BrowserContextOptions } from "playwright-core";
import type { Account } from "../../../cli/test/support/server-process.ts";
import { type Dashboard, type OpenPage, openBlankPage } from "./open-dashboard.ts";

/** Signs in with the server's real form, and opens a path of the server's page with the real cookie and headers. */
export async function openOwnPage(
  { server, browser }: Dashboard,
  account: Account,
  path = "/settings/api-access",
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const opened = await openBlankPage(browser, options);
  const { page } = opened;
  await page.goto(`${server.url}/login?${new URLSearchParams({ returnTo: path })}`);
  await page.getByLabel("Email or username").fill(account.email);
  await page.getByLabel("Password").fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/settings/**");
  return opened;
}
