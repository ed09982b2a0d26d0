import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { chromiumOptions, isChromiumMissing, nameChromiumSuite } from "../../../../tools/chromium.ts";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import { findFreePort } from "../support/child-process.ts";
import { useFakeSupabase } from "../support/fake-supabase.ts";
import { useDependencies, useTestDatabase } from "../support/lifetimes.ts";
import { createPerson } from "../support/people.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";

const secretPattern = /sec_[0-9a-f]{48}/;

async function verify(url: string, secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  return (await fetch(`${url}/external/v1/auth/verify`, { headers })).status;
}

/** Shows the secret in the open dialog, confirms that it is stored, and returns it. */
async function storeSecret(page: Page): Promise<string> {
  const dialog = page.getByRole("dialog", { name: "Copy your API key now" });
  await dialog.getByRole("button", { name: "Show" }).click();
  const [secret = ""] = secretPattern.exec((await dialog.textContent()) ?? "") ?? [];
  await dialog.getByLabel("I have stored this key").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
  return secret;
}

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the settings page, from sign-in to sign-out"), () => {
  let browser: Browser;
  beforeAll(async () => {
    requireFreshBuild("server");
    browser = await chromium.launch(chromiumOptions);
  });
  afterAll(() => browser?.close());

  it.each([
    ["the server's own passwords", false],
    ["the passwords of Supabase", true],
  ])(
    "D-02 D-04 works with %s, and loses nothing while the server restarts",
    { timeout: 120_000 },
    async (_name, hasSupabase) => {
      const database = await useTestDatabase();
      const supabase = hasSupabase ? await useFakeSupabase() : null;
      const port = await findFreePort();
      const url = `http://127.0.0.1:${port}`;
      const env = {
        ...database.env,
        PORT: String(port),
        ...(supabase !== null && { SUPABASE_URL: supabase.url, SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey }),
      };
      const person = await createPerson(await useDependencies(env));
      supabase?.project.addUser({ email: person.email, password: person.password });
      const servers: ServerProcess[] = [];
      const start = async (): Promise<void> => void servers.push(await spawnServer(env));
      const kill = () => servers.at(-1)?.stop("SIGKILL");
      onTestFinished(async () => void (await kill()));
      await start();

      const context = await browser.newContext({ locale: "en-US" });
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.setDefaultTimeout(40_000);
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      const tokens: string[] = [];
      page.on("request", (request) => {
        const [, token] = /^Bearer (.+)$/.exec(request.headers()["authorization"] ?? "") ?? [];
        if (token !== undefined) tokens.push(token);
      });

      await page.goto(url);
      await page.getByLabel("Email or username").fill(person.email);
      await page.getByLabel("Password").fill(person.password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByText("No API keys yet").waitFor();

      await page.getByRole("button", { name: "Generate New API Key" }).click();
      await page.getByLabel("Name").fill("Warehouse");
      await page.getByRole("button", { name: "Create Key" }).click();
      await page.getByRole("dialog", { name: "Copy your API key now" }).waitFor();
      await kill();
      // The tab does not need the server for what it already shows.
      const secret = await storeSecret(page);
      await start();
      expect(await verify(url, secret)).toBe(200);
      await page.reload();
      await page.getByRole("link", { name: "Warehouse" }).click();

      await page.getByRole("button", { name: "Rename" }).click();
      await page.getByRole("dialog").getByLabel("Name").fill("Warehouse sync");
      await kill();
      await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
      await page.getByText("This may or may not have taken effect").waitFor();
      await start();
      await page.getByRole("button", { name: "Check again" }).click();
      await page.getByRole("heading", { name: "Warehouse sync", level: 1 }).waitFor();

      await page.getByRole("button", { name: "Rotate" }).click();
      await page.getByLabel("Stop the old secret now (compromised)").check();
      await page.getByRole("dialog").getByRole("button", { name: "Rotate" }).click();
      const newSecret = await storeSecret(page);
      expect([await verify(url, secret), await verify(url, newSecret)]).toEqual([401, 200]);

      await page.getByRole("button", { name: "Revoke" }).click();
      const question = page.getByRole("dialog", { name: "Revoke “Warehouse sync”?" });
      await question.getByRole("textbox").fill("Warehouse sync");
      await question.getByRole("button", { name: "Revoke" }).click();
      await page.getByText("This key was revoked on").waitFor();
      expect(await verify(url, newSecret)).toBe(401);

      await page.getByRole("link", { name: "Audit" }).click();
      for (const event of ["Key revoked", "Key rotated", "Key renamed", "Key generated"])
        await page.getByRole("table").getByText(event).first().waitFor();

      await page.getByRole("link", { name: "Account" }).click();
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
      await page.getByText("You are signed out.").waitFor();
      const authorization = `Bearer ${tokens.at(-1)}`;
      expect((await fetch(`${url}/external/v1/auth/keys`, { headers: { authorization } })).status).toBe(401);

      expect(errors).toEqual([]);
      const logs = servers.map((server) => server.stdout() + server.stderr()).join("");
      for (const text of [secret, newSecret, person.password, ...tokens]) expect(logs).not.toContain(text);
      expect(logs).toContain("/external/v1/auth/keys");
    },
  );
});
