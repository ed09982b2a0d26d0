import { BrikSync } from "@briksync/sdk";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import type { OpenPage } from "./support/open-dashboard.ts";
import { type SeededKey, seedKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("an unconfirmed secret"), () => {
  const dashboard = useDashboard();
  let key: SeededKey;
  let owner: string;
  beforeAll(async () => {
    const { accessToken } = await dashboard.signIn();
    key = await seedKey(dashboard, accessToken, "Rotated");
    const { auth } = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
    const { user, activeCompany } = await auth.getSession();
    owner = `${dashboard.server.url} ${user.id} ${activeCompany.id}`;
  });

  /** Opens the page in the state after a reload during a rotation. */
  async function openAfterReload(startedMs: number): Promise<OpenPage> {
    const request = {
      kind: "rotate",
      keyId: key.id,
      name: key.name,
      isStaged: true,
      graceSeconds: 0,
      isTakeOver: false,
    };
    const entries = [{ idempotencyKey: "of-the-rotation", request, owner, startedMs }];
    const one = await dashboard.open("/login");
    await one.page.evaluate((text) => sessionStorage.setItem("briksync.unconfirmed", text), JSON.stringify(entries));
    await one.page.goto(`${dashboard.server.url}/settings/audit`);
    return one;
  }

  it("D-02 of a rotation is shown again on every screen, and leads to the key after Done", async () => {
    const { page } = await openAfterReload(Date.now());
    await page.getByText("You rotated a key but did not confirm that you stored its new secret").waitFor();
    await page.getByRole("button", { name: "Show it again" }).click();
    const dialog = page.getByRole("dialog", { name: "Copy your API key now" });
    await dialog.getByLabel("I have stored this key").check();
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.waitForURL(`**/settings/api-access/${key.id}`);
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("D-02 is not requested again after the server has deleted it, because that would create another one", async () => {
    const { page } = await openAfterReload(Date.now() - 24 * 3_600_000);
    await page.getByText("The server no longer has the secret").waitFor();
    expect(await page.getByRole("button", { name: "Show it again" }).count()).toBe(0);
    await expectNoFindings(page);
    await page.getByRole("button", { name: "I have stored it" }).click();
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
  });
});
