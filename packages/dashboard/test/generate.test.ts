import { BrikSync } from "@briksync/sdk";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { readFocus } from "./support/open-key.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const secretPattern = /sec_[0-9a-f]{48}/;
const createCalls = "**/external/v1/auth/keys";

describe.skipIf(isChromiumMissing)(nameChromiumSuite("generating a key"), () => {
  const dashboard = useDashboard();
  let accessToken: string;
  beforeAll(async () => {
    ({ accessToken } = await dashboard.signIn());
  });

  async function countKeys(name: string): Promise<number> {
    const { items } = await new BrikSync({ baseUrl: dashboard.server.url, accessToken }).keys.listPage();
    return items.filter((key) => key.name === name).length;
  }

  async function fill(page: Page, name: string): Promise<void> {
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByRole("dialog", { name: "Generate New API Key" }).getByLabel("Name").fill(name);
  }

  async function generate(page: Page, name: string): Promise<void> {
    await fill(page, name);
    await page.getByRole("button", { name: "Create Key" }).click();
    await reveal(page).waitFor();
  }

  const reveal = (page: Page) => page.getByRole("dialog", { name: "Copy your API key now" });

  async function readSecret(page: Page): Promise<string> {
    await reveal(page).getByRole("button", { name: "Show" }).click();
    return secretPattern.exec((await reveal(page).textContent()) ?? "")?.[0] ?? "";
  }

  async function verify(secret: string): Promise<number> {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${dashboard.server.url}/external/v1/auth/verify`, { headers })).status;
  }

  it("D-01 D-03 creates a key with the keyboard only, and shows a working secret", async () => {
    const { page, complaints } = await dashboard.open();
    await page.getByRole("button", { name: "Generate New API Key" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Generate New API Key" }).waitFor();
    await expectNoFindings(page);
    await page.keyboard.type("By keyboard");
    await page.keyboard.press("Enter");
    await reveal(page).waitFor();
    await expectNoFindings(page);
    // The focus starts on Copy. Show is the previous button.
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    const [secret = ""] = secretPattern.exec((await reveal(page).textContent()) ?? "") ?? [];
    expect(await verify(secret)).toBe(200);
    await expectNoFindings(page);
    await reveal(page).getByLabel("I have stored this key").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await reveal(page).waitFor({ state: "detached" });
    await page.getByRole("link", { name: "By keyboard" }).waitFor();
    await expect.poll(() => readFocus(page)).toBe("Generate New API Key");
    expect(complaints).toEqual([]);
  });

  it("D-04 keeps the secret out of the DOM until Show and after Done, and out of storage and the URL", async () => {
    const { page } = await dashboard.open();
    await generate(page, "Canary");
    const readTraces = () =>
      page.evaluate(() => {
        const root = document.querySelector("briksync-keys")?.shadowRoot;
        return [root?.innerHTML, JSON.stringify({ ...sessionStorage, ...localStorage }), location.href].join("\n");
      });
    expect(await readTraces()).not.toMatch(secretPattern);
    const secret = await readSecret(page);
    expect(secret).toMatch(secretPattern);
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).not.toContain(secret);
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).toContain("Canary");
    await reveal(page).getByLabel("I have stored this key").check();
    await reveal(page).getByRole("button", { name: "Done" }).click();
    await reveal(page).waitFor({ state: "detached" });
    expect(await readTraces()).not.toMatch(secretPattern);
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("D-02 creates one key for a double click", async () => {
    const { page } = await dashboard.open();
    await fill(page, "Double click");
    await page.getByRole("button", { name: "Create Key" }).dblclick();
    await reveal(page).waitFor();
    expect(await countKeys("Double click")).toBe(1);
  });

  it("D-02 stays open after Escape, a click on the backdrop, Back, and Done without the checkbox", async () => {
    const { page } = await dashboard.open("/settings/audit");
    await page.getByRole("link", { name: "API Access" }).click();
    await generate(page, "Stubborn");
    for (let press = 0; press < 3; press++) await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    for (let back = 0; back < 2; back++) {
      await page.goBack({ waitUntil: "commit", timeout: 2000 }).catch(() => null);
    }
    await reveal(page).getByRole("button", { name: "Done" }).click({ force: true });
    expect(await reveal(page).isVisible()).toBe(true);
    expect(new URL(page.url()).pathname).toBe("/settings/api-access");
    expect(await reveal(page).textContent()).toContain("The dialog stays open so that the secret is not lost");
    expect(await verify(await readSecret(page))).toBe(200);
    await expectNoFindings(page);
  });

  it("D-02 asks before a reload, and shows the same secret again afterwards", async () => {
    const { page } = await dashboard.open();
    await generate(page, "Reloaded");
    const secret = await readSecret(page);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(asked).toEqual(["beforeunload"]);
    await page.getByText("You generated a key but did not confirm that you stored it").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Show it again" }).click();
    await reveal(page).waitFor();
    expect(await readSecret(page)).toBe(secret);
    await reveal(page).getByLabel("I have stored this key").check();
    await reveal(page).getByRole("button", { name: "Done" }).click();
    await reveal(page).waitFor({ state: "detached" });
    expect(await page.getByRole("button", { name: "Show it again" }).count()).toBe(0);
    expect(await countKeys("Reloaded")).toBe(1);
  });

  it("D-02 creates one key and shows its secret if the connection is lost during the call", async () => {
    const { page } = await dashboard.open();
    const idempotencyKeys = new Set<string | undefined>();
    let cuts = 0;
    await page.route(createCalls, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      idempotencyKeys.add(route.request().headers()["idempotency-key"]);
      if (cuts++ >= 2) return route.continue();
      // The server executes the call, but its response never arrives.
      await route.fetch();
      return route.abort("connectionreset");
    });
    await fill(page, "Cut off");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByText("This may or may not have taken effect").waitFor();
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Check again" }).click();
    await reveal(page).waitFor();
    expect(await verify(await readSecret(page))).toBe(200);
    expect(await countKeys("Cut off")).toBe(1);
    expect(idempotencyKeys.size).toBe(1);
  });

  it("D-02 offers the secret again after the dialog of an unknown outcome was closed", async () => {
    const { page } = await dashboard.open();
    await page.route(createCalls, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      await route.fetch();
      return route.abort("connectionreset");
    });
    await fill(page, "Closed");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByText("This may or may not have taken effect").waitFor();
    await page.keyboard.press("Escape");
    await page.unroute(createCalls);
    await page.getByRole("button", { name: "Show it again" }).click();
    await reveal(page).waitFor();
    expect(await verify(await readSecret(page))).toBe(200);
    expect(await countKeys("Closed")).toBe(1);
  });

  it("says that a revoked key cannot be shown again", async () => {
    const { page } = await dashboard.open();
    page.on("dialog", (dialog) => void dialog.accept());
    await generate(page, "Revoked meanwhile");
    const sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
    for await (const key of sdk.keys.list()) if (key.name === "Revoked meanwhile") await sdk.keys.revoke(key.id);
    await page.reload();
    await page.getByRole("button", { name: "Show it again" }).click();
    await page.getByText("the server cannot show it again").waitFor();
    await page.getByRole("button", { name: "I have stored it" }).click();
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
  });

  it("shows the server's message beside each refused field, and keeps the input", async () => {
    const { page } = await dashboard.open();
    await fill(page, " ");
    await page.getByRole("button", { name: "Create Key" }).click();
    const [name, addresses] = [page.getByLabel("Name"), page.getByLabel("IP restrictions")];
    await page.getByText("A name must have 1 to 100 characters").waitFor();
    await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
    await expectNoFindings(page);
    await name.fill("Restricted");
    await addresses.fill("203.0.113.7/24\nnonsense");
    await page.getByRole("button", { name: "Create Key" }).click();
    await expect.poll(() => addresses.getAttribute("aria-invalid")).toBe("true");
    await expect.poll(() => addresses.getAttribute("aria-describedby")).toContain("-error");
    await expect
      .poll(() => page.locator(".error").allTextContents())
      .toEqual([expect.stringContaining("203.0.113.0/24")]);
    await addresses.fill("");
    await page.getByRole("button", { name: /Use my address/ }).click();
    await expect.poll(() => addresses.inputValue()).toBe("127.0.0.1");
    await page.getByRole("button", { name: "Create Key" }).click();
    await reveal(page).waitFor();
    expect(await verify(await readSecret(page))).toBe(200);
  });

  it("counts down after 429 and lets the user try again", async () => {
    const { page } = await dashboard.open();
    let isBusy = true;
    await page.route(createCalls, (route) => {
      if (route.request().method() !== "POST" || !isBusy) return route.continue();
      isBusy = false;
      const error = { code: 429, message: "Rate limit exceeded", type: "RATE_LIMITED" };
      return route.fulfill({ status: 429, headers: { "retry-after": "30" }, json: { error } });
    });
    await fill(page, "Limited");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByText("The server received too many requests").waitFor();
    expect(await page.getByRole("timer").textContent()).toMatch(/^(30|29) s$/);
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Try again" }).click();
    await reveal(page).waitFor();
    expect(await countKeys("Limited")).toBe(1);
  });

  it("never leaves the page itself while it shows a secret, even if the session has ended", async () => {
    const { page } = await dashboard.open();
    await generate(page, "Session over");
    await dashboard.signOut();
    await page.waitForTimeout(500);
    expect(await reveal(page).isVisible()).toBe(true);
    expect(new URL(page.url()).pathname).toBe("/settings/api-access");
    expect(await verify(await readSecret(page))).toBe(200);
    ({ accessToken } = await dashboard.signIn());
  });
});
