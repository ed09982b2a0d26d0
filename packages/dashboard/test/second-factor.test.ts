import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { createCliHome, spawnCli, waitForEnd } from "../../cli/test/support/cli-process.ts";
import { readAddress } from "../../cli/test/support/printed-address.ts";
import { type FakeSupabase, useFakeSupabase } from "../../server/test/support/fake-supabase.ts";
import { createFactor, type FakeFactor, readApp } from "../../server/test/support/fake-supabase-factors.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { type Dashboard, startDashboard } from "./support/open-dashboard.ts";

const viewport = { width: 320, height: 640 };

describe.skipIf(isChromiumMissing)(nameChromiumSuite("signing in through Supabase"), () => {
  let supabase: FakeSupabase;
  let dashboard: Dashboard;
  const cleanUps: (() => void | Promise<void>)[] = [];
  beforeAll(async () => {
    supabase = await useFakeSupabase((cleanUp) => void cleanUps.push(cleanUp));
    dashboard = await startDashboard({
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_PROVIDERS: "google",
    });
  });
  afterEach(async () => {
    for (const context of dashboard.browser.contexts()) await context.close();
  });
  afterAll(async () => {
    await dashboard.close();
    for (const cleanUp of cleanUps) await cleanUp();
  });

  async function invite(party: string, ...factors: FakeFactor[]) {
    const account = await dashboard.server.createAccount();
    return { account, user: supabase.project.addUser({ ...account, party, factors }) };
  }

  async function sendPassword(page: Page, account: { readonly email: string; readonly password: string }) {
    await page.getByLabel("Email or username").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  const app = createFactor("totp", { name: "Pixel" });
  const methods = {
    "a provider": async (page: Page) => {
      const { account, user } = await invite("google");
      supabase.visitor = user;
      await page.getByRole("link", { name: "Continue with google" }).click();
      return account;
    },
    "an email link": async (page: Page) => {
      const { account } = await invite("email");
      await page.getByLabel("Email", { exact: true }).fill(account.email);
      await page.getByRole("button", { name: "Email me a link" }).click();
      await page.getByText("you will receive an email").waitFor();
      await page.goto(supabase.followMail().href);
      return account;
    },
    "a password and a second factor": async (page: Page) => {
      const { account } = await invite("email", app);
      await sendPassword(page, account);
      const code = page.getByLabel("Code");
      await code.fill("000000");
      await code.press("Enter");
      await page.getByText("This code did not work").waitFor();
      expect(await code.getAttribute("aria-invalid")).toBe("true");
      await expectNoFindings(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
      await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("code");
      await code.fill(readApp(app, new Date()));
      await code.press("Enter");
      return account;
    },
  };

  it.each(Object.entries(methods))(
    "with %s leads back to /device, and gives the CLI a session",
    async (_name, signIn) => {
      const home = await createCliHome({ BRIKSYNC_SERVER: dashboard.server.url });
      onTestFinished(() => home.remove());
      const cli = spawnCli(["login", "--web", "--insecure-storage"], { env: home.env });
      const { page, complaints } = await dashboard.open(await readAddress(cli), { viewport });
      const account = await signIn(page);
      await page.getByRole("heading", { name: "Who asks to be signed in" }).waitFor();
      await page.getByRole("button", { name: "Approve" }).click();
      await page.getByText("You can close this page").first().waitFor();
      expect(await waitForEnd(cli, 30_000)).toMatchObject({ exitCode: 0 });
      const whoami = await home.run(["whoami"]);
      expect([whoami.exitCode, whoami.stdout]).toEqual([0, expect.stringContaining(account.email)]);
      expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
      expect(complaints).toEqual([]);
    },
  );

  it("works without JavaScript, lets the user choose a phone among two factors, and starts again", async () => {
    const phone = createFactor("phone", { name: "Work" });
    const { account } = await invite("email", app, phone);
    const { page } = await dashboard.open("/login", { viewport, javaScriptEnabled: false });
    await sendPassword(page, account);
    await page.getByRole("button", { name: "Start again" }).click();
    await sendPassword(page, account);
    await page.getByText("authenticator app “Pixel”").waitFor();
    await page.getByRole("link", { name: "Use the phone “Work”" }).click();
    await page.getByRole("button", { name: "Send the code" }).click();
    await page.getByText("The message is on its way").waitFor();
    await page.getByLabel("Code").fill(supabase.project.challenges.messages.at(-1) ?? "");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/settings/api-access");
    expect(supabase.project.sessions.every(({ isEnded }) => isEnded)).toBe(true);
  });

  it("has no axe findings while it offers to send a code or a choice of factors", async () => {
    const { account } = await invite("email", createFactor("phone", { name: "N".repeat(90) }), app);
    const { page } = await dashboard.open("/login", { viewport });
    await sendPassword(page, account);
    await page.getByRole("link", { name: "Use the phone" }).waitFor();
    await expectNoFindings(page);
    await page.getByRole("link", { name: "Use the phone" }).click();
    await page.getByRole("button", { name: "Send the code" }).waitFor();
    await expectNoFindings(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
  });
});
