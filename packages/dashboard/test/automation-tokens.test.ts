import { type AutomationToken, BrikSync } from "@briksync/sdk";
import { chromium, type Locator, type Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { chromiumOptions, isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { type RestartableServer, startRestartableServer } from "../../cli/test/support/restartable-server.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { startForeignHost } from "./support/foreign-host.ts";
import { openBlankPage } from "./support/open-dashboard.ts";
import { press, readFocus } from "./support/open-key.ts";
import { seedKey } from "./support/seed-keys.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const path = "/settings/pipelines";
const tokenPattern = /aut_[0-9a-f]{48}/;

describe.skipIf(isChromiumMissing)(nameChromiumSuite("automation tokens"), () => {
  const dashboard = useDashboard();
  let sdk: BrikSync;
  beforeAll(async () => {
    const { accessToken } = await dashboard.signIn();
    sdk = new BrikSync({ baseUrl: dashboard.server.url, accessToken });
    await seedKey(dashboard, accessToken, "CRM");
    await seedKey(dashboard, accessToken, "Warehouse");
  });

  const reveal = (page: Page): Locator => page.getByRole("dialog", { name: "Copy your automation token now" });
  const table = (page: Page): Locator => page.getByRole("table", { name: "Automation tokens" });

  async function listTokens(name: string): Promise<readonly AutomationToken[]> {
    return (await sdk.tokens.list()).filter((token) => token.name === name);
  }

  /** Returns the status of a call with a token. */
  async function callWith(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${dashboard.server.url}/external/v1/auth/grant`, { headers })).status;
  }

  async function fill(page: Page, name: string): Promise<void> {
    await press(page, "Create a token");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("CRM").check();
  }

  async function readToken(page: Page): Promise<string> {
    await reveal(page).getByRole("button", { name: "Show", exact: true }).press("Enter");
    const [token = ""] = tokenPattern.exec((await reveal(page).textContent()) ?? "") ?? [];
    return token;
  }

  async function confirmToken(page: Page): Promise<void> {
    await reveal(page).getByLabel("I have stored this token").press("Space");
    await reveal(page).getByRole("button", { name: "Done" }).press("Enter");
    await reveal(page).waitFor({ state: "detached" });
  }

  /** Returns all content of the page that must not contain a token. */
  function readTraces(page: Page): Promise<string> {
    return page.evaluate(() => {
      const root = document.querySelector("briksync-keys")?.shadowRoot;
      return [root?.innerHTML, JSON.stringify({ ...sessionStorage, ...localStorage }), location.href].join("\n");
    });
  }

  /** Loses the responses to the first `count` POST calls of a path. Returns the Idempotency-Keys of all POST calls. */
  async function cutFirst(page: Page, calls: RegExp, count: number): Promise<ReadonlySet<string | undefined>> {
    const idempotencyKeys = new Set<string | undefined>();
    let cuts = 0;
    await page.route(calls, async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      idempotencyKeys.add(route.request().headers()["idempotency-key"]);
      if (cuts++ >= count) return route.continue();
      await route.fetch();
      return route.abort("connectionreset");
    });
    return idempotencyKeys;
  }

  it("D-01 D-02 D-03 D-04 are created, rotated and revoked by keyboard, and no stray input loses one", async () => {
    // Start on another screen, so that Back has a target.
    const { page, complaints } = await dashboard.open("/settings/audit");
    await page.getByRole("link", { name: "Pipelines" }).press("Enter");
    await page.getByText("No automation tokens yet.").waitFor();
    await press(page, "Create a token");
    await page.keyboard.type("Jenkins");
    await page.keyboard.press("Enter");
    await page.getByText("Choose at least one key.").waitFor();
    await expectNoFindings(page);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Create token" }).dblclick();
    await reveal(page).waitFor();
    expect(await readTraces(page)).not.toMatch(tokenPattern);
    await expectNoFindings(page);
    for (let presses = 0; presses < 3; presses++) await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await page.goBack({ waitUntil: "commit", timeout: 2000 }).catch(() => null);
    await page.goBack({ waitUntil: "commit", timeout: 2000 }).catch(() => null);
    await reveal(page).getByRole("button", { name: "Done" }).click({ force: true });
    await reveal(page).getByText("The dialog stays open").first().waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    const first = await readToken(page);
    expect(await page.evaluate("JSON.stringify(sessionStorage)")).not.toMatch(tokenPattern);
    await confirmToken(page);
    expect(await readTraces(page)).not.toMatch(tokenPattern);
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
    await expect.poll(() => readFocus(page)).toBe("Create a token");
    expect(await listTokens("Jenkins")).toHaveLength(1);
    expect(await callWith(first)).toBe(200);

    await press(page, "Rotate “Jenkins”");
    await page.getByRole("dialog", { name: "Rotate “Jenkins”?" }).waitFor();
    await expectNoFindings(page);
    await page.getByRole("dialog").getByRole("button", { name: "Rotate", exact: true }).press("Enter");
    const second = await readToken(page);
    await confirmToken(page);
    await table(page).getByText("A new token waits for its first use").waitFor();
    expect(await table(page).getByRole("cell").allTextContents()).toEqual([
      "CRM",
      expect.stringMatching(/\d{4}/),
      expect.stringMatching(/from 127\.0\.0\.1$/),
      "Active",
      "RotateRevoke",
    ]);
    expect([await callWith(first), await callWith(second), await callWith(first)]).toEqual([200, 200, 401]);

    await sdk.tokens.rotate((await listTokens("Jenkins"))[0]?.id ?? "");
    await page.reload();
    await table(page).getByText("A new token waits for its first use").waitFor();
    await press(page, "Revoke “Jenkins”");
    await page.getByText("The token was last used").waitFor();
    await expect.poll(() => readFocus(page)).toBe("Cancel");
    await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).press("Enter");
    await table(page).getByText("Revoked").waitFor();
    expect(await table(page).textContent()).not.toContain("A new token waits");
    await expect.poll(() => readFocus(page)).toBe("Automation tokens");
    expect(await callWith(second)).toBe(401);
    await expectNoFindings(page);
    // Chromium itself logs the refusal.
    expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
  });

  it("D-02 are shown again after a lost connection, a closed dialog and a reload", async () => {
    const { page } = await dashboard.open(path);
    const idempotencyKeys = await cutFirst(page, /\/auth\/tokens$/, 2);
    await fill(page, "Cut off");
    await page.getByRole("button", { name: "Create token" }).press("Enter");
    await page.getByText("Check again sends the same request and creates at most one token.").waitFor();
    // Make the same choice again, because another choice is another request.
    expect(await page.getByLabel("Warehouse").isDisabled()).toBe(true);
    await expectNoFindings(page);
    await page.getByRole("button", { name: "Check again" }).press("Enter");
    const token = await readToken(page);
    const asked: string[] = [];
    page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    expect(asked).toEqual(["beforeunload"]);
    await page.getByText("You created an automation token but did not confirm that you stored it").waitFor();
    await expectNoFindings(page);
    await press(page, "Show it again");
    expect(await readToken(page)).toBe(token);
    await confirmToken(page);
    expect([await callWith(token), (await listTokens("Cut off")).length, idempotencyKeys.size]).toEqual([200, 1, 1]);

    await cutFirst(page, /\/rotate$/, 2);
    await press(page, "Rotate “Cut off”");
    await page.getByRole("dialog").getByRole("button", { name: "Rotate", exact: true }).press("Enter");
    await page.getByText("Check again sends the same request and rotates at most once.").waitFor();
    await page.keyboard.press("Escape");
    await press(page, "Show it again");
    const rotated = await readToken(page);
    await confirmToken(page);
    expect([await callWith(rotated), await callWith(token)]).toEqual([200, 401]);
  });

  it("D-02 explain that a token was revoked before it was stored", async () => {
    const { page } = await dashboard.open(path);
    page.on("dialog", (dialog) => void dialog.accept());
    await fill(page, "Revoked meanwhile");
    await page.getByRole("button", { name: "Create token" }).press("Enter");
    await reveal(page).waitFor();
    for (const { id } of await listTokens("Revoked meanwhile")) await sdk.tokens.revoke(id);
    await page.reload();
    await press(page, "Show it again");
    await page.getByText("the token was revoked since, so the server cannot show it again").waitFor();
    await press(page, "I have stored it");
    await expect.poll(() => page.evaluate("sessionStorage.length")).toBe(0);
  });
});

describe.skipIf(isChromiumMissing)(nameChromiumSuite("automation tokens of a killed server"), () => {
  it("D-02 D-07 are shown and work after a kill before the response, also in a page of another origin", async () => {
    let server: RestartableServer | undefined;
    const foreign = await startForeignHost(() => server?.url ?? "");
    const browser = await chromium.launch(chromiumOptions);
    try {
      server = await startRestartableServer({ CORS_ORIGINS: foreign.url });
      const { url, token: accessToken, killAndRestart } = server;
      const sdk = new BrikSync({ baseUrl: url, accessToken });
      await sdk.keys.create({ name: "CRM" });
      const { page } = await openBlankPage(browser);
      await page.goto(foreign.url);
      await page.evaluate((token) => {
        Object.assign(document.querySelector("briksync-keys") ?? {}, { getAccessToken: async () => token });
      }, accessToken);
      let kills = 0;
      await page.route(/\/auth\/tokens$/, async (route) => {
        if (route.request().method() !== "POST" || kills++ > 0) return route.continue();
        await route.fetch();
        await killAndRestart();
        return route.abort("connectionreset");
      });
      await page.getByRole("button", { name: "Pipelines" }).press("Enter");
      await press(page, "Create a token");
      await page.getByLabel("Name").fill("Jenkins");
      await page.getByLabel("CRM").check();
      await page.getByRole("button", { name: "Create token" }).press("Enter");
      const reveal = page.getByRole("dialog", { name: "Copy your automation token now" });
      await reveal.getByRole("button", { name: "Show", exact: true }).press("Enter");
      const [token = ""] = tokenPattern.exec((await reveal.textContent()) ?? "") ?? [];
      const grant = await new BrikSync({ baseUrl: url, accessToken: token }).auth.getGrant();
      expect([grant.name, kills, (await sdk.tokens.list()).length]).toEqual(["Jenkins", 2, 1]);
    } finally {
      await browser.close();
      await server?.stop();
      foreign.close();
    }
  });
});
