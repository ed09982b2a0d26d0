import { expect, it, onTestFinished } from "vitest";
import { Browser, signInWithForm } from "../../../server/test/support/browser.ts";
import { useFakeSupabase } from "../../../server/test/support/fake-supabase.ts";
import { createFactor, readApp } from "../../../server/test/support/fake-supabase-factors.ts";
import { createHttpClient } from "../../../server/test/support/http-client.ts";
import { enterCode, factorPage } from "../../../server/test/support/second-factors.ts";
import { createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { readAddress } from "../support/printed-address.ts";
import { startServer } from "../support/server-process.ts";

it("login refuses a password alone if the account has a second factor, and login --web takes both", async () => {
  const supabase = await useFakeSupabase();
  const server = await startServer({
    SUPABASE_URL: supabase.url,
    SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
  });
  onTestFinished(() => server.stop());
  const account = await server.createAccount();
  const app = createFactor("totp");
  supabase.project.addUser({ ...account, factors: [app] });
  const home = await createCliHome({ BRIKSYNC_SERVER: server.url });
  onTestFinished(() => home.remove());

  const options = ["--insecure-storage", "--email", account.email, "--password-stdin"];
  const refused = await home.run(["login", ...options], { stdin: account.password });
  expect([refused.exitCode, refused.stderr]).toEqual([
    5,
    expect.stringMatching(/second factor\. Sign in through the browser: briksync login --web\nrequest [0-9a-f-]+\n$/),
  ]);

  const child = spawnCli(["login", "--web", "--insecure-storage"], { env: home.env });
  const userCode = new URL(await readAddress(child)).searchParams.get("code");
  const client = createHttpClient(server.url);
  onTestFinished(() => client.close());
  const browser = new Browser({ server: client });
  expect((await signInWithForm(browser, account, "/device")).headers.location).toBe(factorPage);
  expect((await enterCode(browser, readApp(app, new Date()))).headers.location).toBe("/device");
  const { accessToken: token } = (await browser.fetch("/api/auth/token")).body.data;
  const companyId = (await client.call("GET", "/external/v1/auth/me", { token })).body.activeCompany.id;
  expect((await browser.fetch("/api/auth/device/approve", { userCode, companyId })).status).toBe(204);
  expect(await waitForEnd(child, 30_000)).toMatchObject({ exitCode: 0 });
  const whoami = await home.run(["whoami"]);
  expect([whoami.exitCode, whoami.stdout]).toEqual([0, expect.stringContaining(account.email)]);
});
