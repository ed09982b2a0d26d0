import { readFile } from "node:fs/promises";
import { BrikSync } from "@briksync/sdk";
import type { Download, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import type { Account } from "../../cli/test/support/server-process.ts";
import { auditActions } from "../src/audit-messages.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openOwnPage } from "./support/open-own-page.ts";
import { type SeededKey, seedKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

/** A long timeout, because Chromium may share a small machine with other tests. */
const patience = { timeout: 40_000 };
const auditCalls = "**/external/v1/auth/audit*";

async function readDownload(download: Download): Promise<string> {
  return readFile(await download.path(), "utf8");
}

/** Responds to requests for audit events with `count` made-up events, in pages of 1,000. */
async function makeUpEvents(page: Page, count: number): Promise<void> {
  await page.route(auditCalls, async (route) => {
    const { searchParams } = new URL(route.request().url());
    const start = Number(searchParams.get("cursor") ?? 0);
    const end = Math.min(start + Number(searchParams.get("limit")), count);
    const events = Array.from({ length: end - start }, (_, index) => ({
      id: `event-${start + index}`,
      createdOn: new Date(1_790_000_000_000 - (start + index) * 1000).toISOString(),
      action: "key.created",
      actorId: "1",
      actorEmail: "ada@partner.com",
      keyId: "1",
      keyName: `Key ${start + index}`,
      ip: "192.0.2.1",
      requestId: null,
      details: {},
    }));
    const link = end < count ? { link: `</external/v1/auth/audit?cursor=${end}>; rel="next"` } : {};
    await route.fulfill({ json: events, headers: link });
  });
}

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the audit screen"), () => {
  const dashboard = useDashboard();
  let account: Account;
  let crm: SeededKey;
  beforeAll(async () => {
    const signedIn = await dashboard.signIn({ email: "ada@partner.com" });
    account = signedIn.account;
    crm = await seedKey(dashboard, signedIn.accessToken, "CRM");
    await seedKey(dashboard, signedIn.accessToken, "=1+1");
    await new BrikSync({ baseUrl: dashboard.server.url, accessToken: signedIn.accessToken }).keys.rename(
      crm.id,
      "CRM 2",
    );
  });

  it("D-01 shows who did what, on which key, from where and when, newest first, in light and dark", async () => {
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/audit");
    const table = page.getByRole("table", { name: "Audit events" });
    await table.waitFor();
    expect(await table.getByRole("columnheader").allTextContents()).toEqual([
      "What",
      "Key",
      "Who",
      "From where",
      "When",
    ]);
    const row = table.getByRole("row").filter({ hasText: "Key renamed" });
    expect(await row.getByRole("rowheader").textContent()).toBe("Key renamedCRM → CRM 2");
    expect(await row.getByRole("cell").allTextContents()).toEqual([
      "CRM 2",
      "ada@partner.com",
      "127.0.0.1",
      expect.stringMatching(/\d{4}.*(ago|now)$/),
    ]);
    const times = await table
      .locator("time")
      .evaluateAll((all) => all.map((one) => one.getAttribute("datetime") ?? ""));
    expect(times).toEqual(times.toSorted().reverse());
    expect(await table.getByRole("row").filter({ hasText: "Company created" }).textContent()).toContain("Operator");
    const joined = table.getByRole("row").filter({ hasText: "Member added" });
    expect(await joined.getByRole("rowheader").textContent()).toContain("privilege: Super Admin");
    await expectNoFindings(page);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await expectNoFindings(page);
    await row.getByRole("link", { name: "CRM 2" }).click();
    await page.waitForURL(`**/settings/api-access/${crm.id}`);
    expect(complaints).toEqual([]);
  });

  it("D-01 filters by key and by action with the keyboard, and keeps the filter in the URL", async () => {
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/audit");
    const rows = page.getByRole("table", { name: "Audit events" }).getByRole("rowheader");
    await rows.first().waitFor();
    await page.getByLabel("Key", { exact: true }).focus();
    await page.keyboard.type("CRM");
    await expect.poll(() => rows.allTextContents(), patience).toEqual(["Key renamedCRM → CRM 2", "Key generated"]);
    await page.keyboard.press("Tab");
    await page.keyboard.type("Key gen");
    await expect.poll(() => rows.allTextContents(), patience).toEqual(["Key generated"]);
    expect(new URL(page.url()).search).toBe(`?key=${crm.id}&action=key.created`);
    await page.reload();
    await expect.poll(() => rows.allTextContents(), patience).toEqual(["Key generated"]);
    await page.getByLabel("Action").selectOption("Key revoked");
    await page.getByText("No event matches.").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Clear the filter" }).press("Enter");
    await rows.first().waitFor();
    expect(new URL(page.url()).search).toBe("");
    await page.getByLabel("Action").selectOption("Key renamed");
    await expect.poll(() => rows.count(), patience).toBe(1);
    await page.getByRole("link", { name: "Audit" }).click();
    await expect.poll(() => rows.count(), patience).toBeGreaterThan(3);
    expect(complaints).toEqual([]);
  });

  it("says beside the field which value in the URL the server refuses", async () => {
    const { page } = await openOwnPage(dashboard, account, `/settings/audit?key=${"x".repeat(65)}`);
    const key = page.getByLabel("Key", { exact: true });
    await page.locator(".error").waitFor();
    expect(await key.getAttribute("aria-invalid")).toBe("true");
    await expectNoFindings(page);
    await key.selectOption("All keys");
    await page.getByRole("table", { name: "Audit events" }).waitFor();
    expect(await page.locator(".error").count()).toBe(0);
  });

  it("D-03 downloads the filtered events as CSV under the page's CSP, harmless for spreadsheets", async () => {
    const { page, complaints } = await openOwnPage(dashboard, account, "/settings/audit?action=key.created");
    const button = page.getByRole("button", { name: "Download CSV" });
    await button.focus();
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    expect(download.suggestedFilename()).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
    const lines = (await readDownload(download)).split("\r\n");
    expect(lines[0]).toBe("\uFEFFcreatedOn,action,keyName,actorEmail,ip,details,keyId,actorId,requestId,id");
    expect(lines.slice(1).map((line) => line.split(",")[2])).toEqual(['"\'=1+1"', '"CRM"', undefined]);
    await page.getByText("The file contains 2 events.", { exact: true }).first().waitFor();
    await expectNoFindings(page);
    expect(complaints).toEqual([]);
  });

  it("shows 100 rows, and 100 more with the focus on the first of them", async () => {
    const { page } = await dashboard.open("/settings/api-access");
    await makeUpEvents(page, 250);
    await page.getByRole("link", { name: "Audit" }).click();
    const headers = page.getByRole("table", { name: "Audit events" }).getByRole("rowheader");
    await expect.poll(() => headers.count(), patience).toBe(100);
    await page.getByText("The newest 100 events").waitFor();
    const more = page.getByRole("button", { name: "Show more" });
    await more.press("Enter");
    await expect.poll(() => headers.count(), patience).toBe(200);
    const focused = "document.querySelector('briksync-keys').shadowRoot.activeElement.closest('tr').textContent";
    await expect.poll(() => page.evaluate(focused)).toContain("Key 100ada");
    await more.press("Enter");
    await expect.poll(() => headers.count(), patience).toBe(250);
    await expect.poll(() => page.evaluate(focused)).toContain("Key 200ada");
    expect(await more.count()).toBe(0);
  });

  it("downloads at most 50,000 events, says so, shows the progress, and stops on request", async () => {
    const { page } = await dashboard.open("/settings/api-access");
    await makeUpEvents(page, 60_000);
    await page.getByRole("link", { name: "Audit" }).click();
    const button = page.getByRole("button", { name: "Download CSV" });
    await button.click();
    await page.getByText(/Reading events: [\d,]+ events so far\./).waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect.poll(() => page.getByText("Reading events").count(), patience).toBe(0);
    const [download] = await Promise.all([page.waitForEvent("download", { timeout: 45_000 }), button.click()]);
    expect((await readDownload(download)).split("\r\n")).toHaveLength(50_002);
    await page.getByText("only the newest 50,000 events").first().waitFor();
  });

  it("shows an action of a newer server unchanged", async () => {
    const { page } = await dashboard.open("/settings/api-access");
    await page.route(auditCalls, async (route) => {
      const response = await route.fetch();
      const [event] = await response.json();
      await route.fulfill({ response, json: [{ ...event, action: "key.sung_about", ip: null, keyId: null }] });
    });
    await page.getByRole("link", { name: "Audit" }).click();
    await page.getByRole("rowheader", { name: "key.sung_about" }).waitFor();
  });

  it("has a name for every action of the server", async () => {
    const document = await readFile(new URL("../../server/openapi.json", import.meta.url), "utf8");
    const known = JSON.parse(document).components.schemas.AuditEvent.properties.action.enum as string[];
    const named = Object.values(auditActions).flatMap((group) => Object.keys(group));
    expect(named.toSorted()).toEqual(known.toSorted());
  });

  it("tells Members who manages keys, without filters", async () => {
    await dashboard.signIn({ privilege: 3 });
    const { page } = await dashboard.open("/settings/audit");
    await page.getByText("Admins and Super Admins").waitFor();
    expect(await page.getByRole("combobox").count()).toBe(0);
    await expectNoFindings(page);
  });
});
