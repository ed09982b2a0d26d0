import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { openKey, press, readFocus } from "./support/open-key.ts";
import { seedKey, useKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the rotation section of a key's screen"), () => {
  const dashboard = useDashboard({ ROTATION_LEASE_SECONDS: "10" });
  let accessToken: string;
  let sdk: BrikSync;
  beforeAll(async () => {
    ({ accessToken } = await dashboard.signIn({ company: "Acme Corp" }));
    sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
  });

  /** Confirms the shown secret with the keyboard, and returns it. */
  async function confirmSecret(page: Page): Promise<string> {
    const dialog = page.getByRole("dialog", { name: "Copy your API key now" });
    await dialog.getByRole("button", { name: "Show" }).focus();
    await page.keyboard.press("Enter");
    const secret = await dialog.locator("code", { hasText: /^sec_[0-9a-f]{48}$/ }).textContent();
    await dialog.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await dialog.getByRole("button", { name: "Done" }).focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    return secret ?? "";
  }

  it("D-01 rotates with overlap by keyboard, holds the lease, and finishes once the old secret is unused", async () => {
    const key = await seedKey(dashboard, accessToken, "With overlap");
    await useKey(dashboard, key);
    const { page, complaints } = await openKey(dashboard, key, { viewport: { width: 320, height: 640 } });
    await press(page, "Rotate");
    const choices = page.getByRole("group", { name: "What happens to the old secret?" });
    expect(
      await choices.getByRole("radio").evaluateAll((radios) => radios.map((radio) => radio.parentElement?.textContent)),
    ).toEqual([
      "With overlap (recommended)",
      "Old secret works for 1 hour",
      "Old secret works for 24 hours",
      "Old secret works for 7 days",
      "Stop the old secret now (compromised)",
    ]);
    await expectNoFindings(page);
    await page.keyboard.press("Enter");
    await page.getByText("Both secrets work now.").waitFor();
    await expectNoFindings(page);
    const [, held] = await sdk.keys.rotations.list(key.id);
    await expect
      .poll(async () => (await sdk.keys.rotations.list(key.id))[1]?.leaseExpiresOn, { interval: 500 })
      .not.toBe(held?.leaseExpiresOn);
    const clientSecret = await confirmSecret(page);
    await expect.poll(() => readFocus(page)).toBe("Secrets");

    const table = page.getByRole("table", { name: "Secrets" });
    await table.getByText("The new secret was not used yet.").waitFor();
    await press(page, "Finish");
    const dialog = page.getByRole("dialog", { name: "Finish the rotation?" });
    await dialog.getByText("The current secret is still in use.").waitFor();
    await dialog.getByText("The new secret was never used.").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Cancel");
    await expectNoFindings(page);
    await useKey(dashboard, { ...key, clientSecret });
    await dialog.getByText("The new secret was never used.").waitFor({ state: "detached" });
    await page.keyboard.press("Tab");
    await expect.poll(() => readFocus(page)).toBe("Finish anyway");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => readFocus(page)).toBe("Secrets");
    await expect.poll(() => table.getByRole("row").count()).toBe(2);
    await expect(useKey(dashboard, key)).rejects.toThrow("401");
    await useKey(dashboard, { ...key, clientSecret });
    expect(complaints).toEqual([]);
  });

  it("sets an expiry for the old secret, and shows it", async () => {
    const key = await seedKey(dashboard, accessToken, "With an end");
    const { page } = await openKey(dashboard, key);
    await press(page, "Rotate");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByText("The old secret works until").waitFor();
    const clientSecret = await confirmSecret(page);
    const retiring = page.getByRole("table", { name: "Secrets" }).getByRole("row", { name: "Retiring" });
    await retiring.getByText(/in 59 minutes|in 1 hour/).waitFor();
    await useKey(dashboard, key);
    await useKey(dashboard, { ...key, clientSecret });
  });

  it("ends a compromised secret immediately", async () => {
    const key = await seedKey(dashboard, accessToken, "Compromised");
    const { page } = await openKey(dashboard, key);
    await press(page, "Rotate");
    await page.keyboard.press("ArrowUp");
    await press(page, "Rotate and stop the old secret");
    await page.getByText("The old secret no longer works.").waitFor();
    await expect(useKey(dashboard, key)).rejects.toThrow("401");
    await confirmSecret(page);
  });

  it("D-02 starts one rotation and shows its secret if the connection is lost twice", async () => {
    const key = await seedKey(dashboard, accessToken, "Cut");
    const { page } = await openKey(dashboard, key);
    let cuts = 2;
    await page.route("**/rotate", async (route) => {
      if (cuts-- <= 0) return route.continue();
      await route.fetch();
      return route.abort();
    });
    await press(page, "Rotate");
    await page.keyboard.press("Enter");
    await page.getByText("This may or may not have taken effect").waitFor();
    await expectNoFindings(page);
    await press(page, "Check again");
    const clientSecret = await confirmSecret(page);
    await useKey(dashboard, { ...key, clientSecret });
    expect((await sdk.keys.rotations.list(key.id)).map(({ state }) => state)).toEqual(["current", "pending"]);
  });

  it("names the holder of the lease, and takes over only after a second confirmation", async () => {
    const key = await seedKey(dashboard, accessToken, "Held");
    const other = await sdk.keys.rotate(key.id, { mode: "staged" });
    const timer = setInterval(() => sdk.keys.rotations.renew(key.id, other.id).catch(() => clearInterval(timer)), 3000);
    const { page } = await openKey(dashboard, key);
    await press(page, "Rotate");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByText(/ada1@partner.com started a rotation of this key/).waitFor();
    await expectNoFindings(page);
    await dialog.getByRole("button", { name: "Take over and rotate" }).focus();
    await page.keyboard.press("Enter");
    await page.waitForTimeout(500);
    expect(await sdk.keys.rotations.list(key.id)).toHaveLength(2);
    await dialog.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    clearInterval(timer);
    await press(page, "Take over and rotate");
    await confirmSecret(page);
    expect(await sdk.keys.rotations.list(key.id)).toHaveLength(3);
  });

  it("asks before a choice that also ends the rotation of another user", async () => {
    const key = await seedKey(dashboard, accessToken, "Pending");
    await sdk.keys.rotate(key.id, { mode: "staged" });
    const { page } = await openKey(dashboard, key);
    await press(page, "Rotate");
    await page.keyboard.press("ArrowUp");
    await page.getByText("This choice also ends that rotation").waitFor();
    await page.keyboard.press("Enter");
    expect(await sdk.keys.rotations.list(key.id)).toHaveLength(2);
    await page.getByRole("checkbox", { name: "End that rotation" }).focus();
    await page.keyboard.press("Space");
    await press(page, "Rotate and stop the old secret");
    await confirmSecret(page);
    expect((await sdk.keys.rotations.list(key.id)).map(({ state }) => state)).toEqual(["current"]);
  });

  it("finishes despite another lease holder only after a second confirmation", async () => {
    const key = await seedKey(dashboard, accessToken, "Two at once");
    await sdk.keys.rotate(key.id, { mode: "staged" });
    const other = await sdk.keys.rotate(key.id, { mode: "staged", takeOver: true });
    await sdk.keys.rotations.renew(key.id, other.id);
    const { page } = await openKey(dashboard, key);
    await page.getByRole("button", { name: "Finish" }).first().focus();
    await page.keyboard.press("Enter");
    await press(page, "Finish anyway");
    await page.getByText(/started a rotation of this key/).waitFor();
    await page.getByRole("checkbox").focus();
    await page.keyboard.press("Space");
    await press(page, "Take over and finish");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await sdk.keys.rotations.list(key.id)).toHaveLength(1);
  });

  it("aborts a rotation, and warns if an integration may have its secret", async () => {
    const key = await seedKey(dashboard, accessToken, "Aborted");
    const rotation = await sdk.keys.rotate(key.id, { mode: "staged" });
    const { page } = await openKey(dashboard, key);
    await press(page, "Abort");
    await useKey(dashboard, { ...key, clientSecret: rotation.clientSecret.reveal() });
    await page.getByText("The new secret is in use.").waitFor();
    await expectNoFindings(page);
    await press(page, "Abort anyway");
    await page.getByRole("button", { name: "Finish" }).waitFor({ state: "detached" });
    await expect.poll(() => readFocus(page)).toBe("Secrets");
    expect(await sdk.keys.rotations.list(key.id)).toHaveLength(1);
  });

  it("says in the secret dialog that the key was revoked meanwhile, and keeps the secret", async () => {
    const key = await seedKey(dashboard, accessToken, "Revoked meanwhile");
    const { page } = await openKey(dashboard, key);
    await press(page, "Rotate");
    await page.keyboard.press("Enter");
    await page.getByText("Both secrets work now.").waitFor();
    await sdk.keys.revoke(key.id);
    await page.getByText("This key is revoked and cannot be restored").waitFor();
    await confirmSecret(page);
    await page.getByText("This key was revoked on").waitFor();
  });

  it("says that the rotation has ended if another user has finished it", async () => {
    const key = await seedKey(dashboard, accessToken, "Finished elsewhere");
    const rotation = await sdk.keys.rotate(key.id, { mode: "staged" });
    const { page } = await openKey(dashboard, key);
    await press(page, "Abort");
    await sdk.keys.rotations.finish(key.id, rotation.id);
    await page.getByText("This rotation has already ended.").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Close");
  });
});
