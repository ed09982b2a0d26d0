import { BrikSync } from "@briksync/sdk";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openKey, press, readFocus } from "./support/open-key.ts";
import { seedKey, useKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the IP restrictions of a key"), () => {
  const dashboard = useDashboard();
  let accessToken: string;
  let sdk: BrikSync;
  const listCidrs = async (id: string): Promise<readonly string[]> =>
    (await sdk.keys.listAllowedIps(id)).map(({ cidr }) => cidr);
  beforeAll(async () => {
    ({ accessToken } = await dashboard.signIn({ company: "Acme Corp" }));
    sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
  });

  it("D-01 adds an entry with a note and an expiry with the keyboard only", async () => {
    const key = await seedKey(dashboard, accessToken, "Restricted");
    const { page, complaints } = await openKey(dashboard, key, { viewport: { width: 320, height: 640 } });
    await press(page, "Add IP Restriction");
    await page.keyboard.type("203.0.113.7");
    await page.getByLabel("Note").focus();
    await page.keyboard.type("Office");
    await page.getByLabel("Expires").fill("2099-01-31T10:30");
    await expectNoFindings(page);
    await press(page, "Save");
    const row = page.getByRole("table", { name: "IP restrictions" }).getByRole("row", { name: "203.0.113.7" });
    await row.getByText("Office").waitFor();
    await row.getByText(/2099/).waitFor();
    await expect.poll(() => readFocus(page)).toBe("IP restrictions");
    expect(await sdk.keys.listAllowedIps(key.id)).toMatchObject([{ cidr: "203.0.113.7/32", note: "Office" }]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await expectNoFindings(page);
    expect(complaints).toEqual([]);
  });

  it("shows the server's message beside each field, and applies its correction with one click", async () => {
    const key = await seedKey(dashboard, accessToken, "Corrected");
    const { page } = await openKey(dashboard, key);
    await press(page, "Add IP Restriction");
    const field = page.getByLabel("IP address or CIDR range");
    await field.fill("203.0.113.7/24");
    await page.getByLabel("Note").fill("x".repeat(300));
    await press(page, "Save");
    await page.getByText("has bits set after its prefix").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Use 203.0.113.7", exact: true }).waitFor();
    await press(page, "Use 203.0.113.0/24");
    expect(await field.inputValue()).toBe("203.0.113.0/24");
    await expect.poll(() => readFocus(page)).toBe("");
    await press(page, "Save");
    await page.getByLabel("Note").and(page.locator("[aria-invalid]")).waitFor();
    await page.getByLabel("Note").fill("");
    await press(page, "Save");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await listCidrs(key.id)).toEqual(["203.0.113.0/24"]);
  });

  it("suggests nothing for a text without an address, and refuses an incomplete time", async () => {
    const key = await seedKey(dashboard, accessToken, "Refused");
    const { page } = await openKey(dashboard, key);
    await press(page, "Add IP Restriction");
    await page.keyboard.type("office");
    await page.keyboard.press("Enter");
    await page.getByText("is not an IP address or CIDR range").waitFor();
    expect(await page.getByRole("button", { name: /^Use 203/ }).count()).toBe(0);
    await press(page, "Use my address (127.0.0.1)");
    await page.getByLabel("Expires").focus();
    await page.keyboard.type("01");
    await press(page, "Save");
    await page.getByText("Enter the date and the time").waitFor();
    expect(await listCidrs(key.id)).toEqual([]);
  });

  it("asks before the new list excludes the address of the last use, and can allow both", async () => {
    const key = await seedKey(dashboard, accessToken, "Guarded");
    await useKey(dashboard, key);
    const { page } = await openKey(dashboard, key);
    await page.getByText("from 127.0.0.1").first().waitFor();
    await press(page, "Add IP Restriction");
    await page.keyboard.type("203.0.113.7");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.getByText("The new list does not contain 127.0.0.1,").waitFor();
    await expectNoFindings(page);
    expect(await listCidrs(key.id)).toEqual([]);
    await press(page, "Also allow 127.0.0.1");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await listCidrs(key.id)).toEqual(["127.0.0.1/32", "203.0.113.7/32"]);
    await useKey(dashboard, key);

    await press(page, "Remove 127.0.0.1");
    await page.getByText("The new list does not contain 127.0.0.1,").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Cancel");
    await expectNoFindings(page);
    await press(page, "Remove");
    await page.getByRole("button", { name: "Remove 127.0.0.1" }).waitFor({ state: "detached" });
    await expect.poll(() => readFocus(page)).toBe("IP restrictions");
    await expect(useKey(dashboard, key)).rejects.toThrow("401");

    await press(page, "Remove 203.0.113.7");
    await page.getByText("every address can use the key").last().waitFor();
    await press(page, "Remove");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByText("Every address can use the key.").waitFor();
    await useKey(dashboard, key);
  });

  it("excludes the address of the last use after a second confirmation", async () => {
    const key = await seedKey(dashboard, accessToken, "Locked out");
    await useKey(dashboard, key);
    const { page } = await openKey(dashboard, key);
    await page.getByText("from 127.0.0.1").first().waitFor();
    await press(page, "Add IP Restriction");
    await page.keyboard.type("203.0.113.7");
    await page.keyboard.press("Enter");
    await page.getByRole("checkbox", { name: "Save without 127.0.0.1" }).focus();
    await page.keyboard.press("Space");
    await press(page, "Save");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await listCidrs(key.id)).toEqual(["203.0.113.7/32"]);
  });

  it("accepts the removal of an entry that another user has already removed", async () => {
    const key = await seedKey(dashboard, accessToken, "Removed", ["203.0.113.7", "198.51.100.0/24"]);
    const { page } = await openKey(dashboard, key);
    const entry = (await sdk.keys.listAllowedIps(key.id)).find(({ cidr }) => cidr === "203.0.113.7/32");
    await press(page, "Remove 203.0.113.7");
    await sdk.keys.disallowIp(key.id, entry?.id ?? "");
    await press(page, "Remove");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Remove 203.0.113.7" }).waitFor({ state: "detached" });
    expect(await listCidrs(key.id)).toEqual(["198.51.100.0/24"]);
  });

  it("shows changes by other users, but does not refresh while the page is hidden", async () => {
    const key = await seedKey(dashboard, accessToken, "Watched");
    const { page } = await openKey(dashboard, key);
    // The test sets the clock of the page instead of waiting for its timers.
    await page.clock.install();
    await page.reload();
    const list = page.getByRole("table", { name: "IP restrictions" });
    await page.getByRole("heading", { name: "Watched", level: 1 }).waitFor();
    await sdk.keys.allowIp(key.id, { cidr: "198.51.100.7" });
    await page.clock.fastForward("01:00");
    await list.getByText("198.51.100.7").waitFor();
    await page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })");
    // Requests of an earlier refresh may still start.
    await page.waitForTimeout(1000);
    let reads = 0;
    page.on("request", (request) => {
      if (request.url().includes("/external/")) reads++;
    });
    await page.clock.fastForward("01:00");
    // In this time, a page that did not notice would send its requests.
    await page.waitForTimeout(1000);
    expect(reads).toBe(0);
    await page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))");
    await expect.poll(() => reads).toBeGreaterThan(0);
  });
});
