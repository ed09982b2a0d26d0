import { type ApiKey, BrikSync } from "@briksync/sdk";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openKey, press, readFocus } from "./support/open-key.ts";
import { seedKey, useKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

/** Where the screen shows each field of a key. A new field does not compile until somebody decides. */
const places = {
  id: "address of the page",
  name: "heading",
  clientId: "facts",
  status: "notice",
  createdOn: "facts",
  lastUsedAt: "facts",
  lastUsedIp: "facts",
  ipAllowlist: "IP restrictions",
  rotatedOn: "Activity",
  revokedOn: "notice",
  rotation: "Secrets",
} as const satisfies Record<keyof ApiKey, string>;

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the screen of one key"), () => {
  const dashboard = useDashboard();
  let accessToken: string;
  let sdk: BrikSync;
  beforeAll(async () => {
    ({ accessToken } = await dashboard.signIn({ company: "Acme Corp" }));
    sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
  });

  it("D-01 D-03 shows name, secrets, IP restrictions and activity without axe findings or messages", async () => {
    const key = await seedKey(dashboard, accessToken, "Warehouse sync", ["203.0.113.0/24"]);
    const { page, complaints } = await openKey(dashboard, key, { viewport: { width: 320, height: 640 } });
    await page.getByRole("table", { name: places.rotation }).getByText("Current").waitFor();
    await page.getByRole("table", { name: places.ipAllowlist }).getByText("203.0.113.0/24").waitFor();
    await page.getByRole("table", { name: places.rotatedOn }).getByText("Key generated").waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
    await expectNoFindings(page);
    expect(complaints).toEqual([]);
  });

  it("D-01 renames with the keyboard, shows the server's message beside the field, and lists the event", async () => {
    const key = await seedKey(dashboard, accessToken, "Old name");
    const { page, complaints } = await openKey(dashboard, key);
    await press(page, "Rename");
    await page.keyboard.type("   ");
    await page.keyboard.press("Enter");
    await page.getByLabel("Name").and(page.locator("[aria-invalid]")).waitFor();
    await expectNoFindings(page);
    await page.keyboard.press("ControlOrMeta+A");
    await page.keyboard.type("New name");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "New name", level: 1 }).waitFor();
    await expect.poll(() => readFocus(page)).toBe("New name");
    await page.getByRole("table", { name: "Activity" }).getByText("Key renamed").waitFor();
    expect(await sdk.keys.get(key.id)).toMatchObject({ name: "New name" });
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
  });

  it("revokes an unused key after one confirmation, with the focus on Cancel first", async () => {
    const key = await seedKey(dashboard, accessToken, "Unused");
    const { page } = await openKey(dashboard, key);
    await press(page, "Revoke");
    const dialog = page.getByRole("dialog", { name: "Revoke “Unused”?" });
    await dialog.getByText("The key was never used.").waitFor();
    await dialog.getByText(key.clientId).waitFor();
    await expect.poll(() => readFocus(page)).toBe("Cancel");
    await expectNoFindings(page);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => readFocus(page)).toBe("Revoke");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByText("This key was revoked on").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Unused");
    expect(await page.getByRole("button", { name: "Revoke" }).count()).toBe(0);
    await expectNoFindings(page);
    expect(await sdk.keys.get(key.id)).toMatchObject({ status: "revoked" });
  });

  it("asks for the name of a key that was used in the last 7 days", async () => {
    const key = await seedKey(dashboard, accessToken, "In use");
    await useKey(dashboard, key);
    const { page } = await openKey(dashboard, key);
    await page.getByText("from 127.0.0.1").first().waitFor();
    await press(page, "Revoke");
    const dialog = page.getByRole("dialog");
    await dialog.getByText("The key was last used").waitFor();
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.type("In us");
    await page.keyboard.press("Enter");
    expect(await sdk.keys.get(key.id)).toMatchObject({ status: "active" });
    await expectNoFindings(page);
    await page.keyboard.type("e");
    await page.keyboard.press("Enter");
    await page.getByText("This key was revoked on").waitFor();
  });

  it("says that another admin revoked the key during a rename", async () => {
    const key = await seedKey(dashboard, accessToken, "Shared");
    const { page } = await openKey(dashboard, key);
    await press(page, "Rename");
    await sdk.keys.revoke(key.id);
    await page.keyboard.type("Other name");
    await page.keyboard.press("Enter");
    await page.getByText("This key is revoked and cannot be restored").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Close");
    await expectNoFindings(page);
    await page.keyboard.press("Enter");
    await page.getByText("This key was revoked on").waitFor();
  });

  it("closes the confirmation of a revocation if another user has already revoked the key", async () => {
    const key = await seedKey(dashboard, accessToken, "Twice");
    const { page } = await openKey(dashboard, key);
    await press(page, "Revoke");
    await sdk.keys.revoke(key.id);
    await page.getByText("This key has been revoked").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Close");
  });

  it("says that a key does not exist in this company", async () => {
    const { page } = await dashboard.open("/settings/api-access/00000000-0000-4000-8000-000000000000");
    await page.getByText("This company has no key with this ID.").waitFor();
    await expectNoFindings(page);
    await page.getByRole("link", { name: "All keys" }).click();
    await page.getByRole("heading", { name: "API Access" }).waitFor();
  });

  it("finds out the outcome of a rename with a lost response", async () => {
    const key = await seedKey(dashboard, accessToken, "Before");
    const { page } = await openKey(dashboard, key);
    let isCut = true;
    await page.route(`**/keys/${key.id}`, async (route) => {
      if (route.request().method() !== "PATCH" || !isCut) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await press(page, "Rename");
    await page.keyboard.type("After");
    await page.keyboard.press("Enter");
    await page.getByText("This may or may not have taken effect").waitFor();
    await expectNoFindings(page);
    isCut = false;
    await page.getByRole("button", { name: "Check again" }).click();
    await page.getByRole("heading", { name: "After", level: 1 }).waitFor();
  });
});

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the screen of one key with a limited plan or role"), () => {
  const dashboard = useDashboard();

  it.each(["FREE", "PRO"] as const)(
    "on the %s plan, everything except Rotate works, and Rotate says why",
    async (plan) => {
      const { account } = await dashboard.signIn({ company: `On ${plan}` });
      const key = await seedKey(dashboard, await dashboard.server.signIn(account), "Left over");
      await dashboard.server.setPlan(account, plan);
      const { page } = await openKey(dashboard, key);
      const rotate = page.getByRole("button", { name: "Rotate" });
      await page.getByText("Settings → Billing").waitFor();
      expect(await rotate.getAttribute("aria-describedby")).not.toBeNull();
      await rotate.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
      await expectNoFindings(page);
      await press(page, "Rename");
      await page.keyboard.type("Renamed");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Renamed", level: 1 }).waitFor();
    },
  );

  it("tells a Member who manages keys", async () => {
    await dashboard.signIn({ privilege: 3, company: "With members" });
    const { page } = await dashboard.open("/settings/api-access/00000000-0000-4000-8000-000000000000");
    await page.getByText("Admins and Super Admins manage API keys.").waitFor();
    expect(await page.getByRole("button", { name: "Rotate" }).count()).toBe(0);
    await expectNoFindings(page);
  });
});
