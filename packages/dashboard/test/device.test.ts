import { hostname } from "node:os";
import { BrikSync } from "@briksync/sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { createCliHome, spawnCli, waitForEnd } from "../../cli/test/support/cli-process.ts";
import { readAddress } from "../../cli/test/support/printed-address.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const device = { hostName: "build-<b>box</b>", clientVersion: "briksync 1.2.3" };

describe.skipIf(isChromiumMissing)(nameChromiumSuite("the page that signs devices in"), () => {
  const dashboard = useDashboard();

  it("leads to the sign-in page and back, shows the device, and approves it for the chosen company", async () => {
    const account = await dashboard.server.createAccount();
    await dashboard.server.createAccount({ ...account, company: "Northwind" });
    const home = await createCliHome({ BRIKSYNC_SERVER: dashboard.server.url });
    onTestFinished(() => home.remove());
    const cli = spawnCli(["login", "--web", "--insecure-storage"], { env: home.env });
    const url = await readAddress(cli);
    const { page, complaints } = await dashboard.open(url, {
      viewport: { width: 400, height: 800 },
    });
    expect(new URL(page.url()).pathname).toBe("/login");
    await page.getByLabel("Email or username").fill(account.email);
    await page.getByLabel("Password").fill(account.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "Who asks to be signed in" }).waitFor();
    await expect.poll(() => page.title()).toBe("Sign in a device · BrikSync");
    await page.getByText("Did you start this?").waitFor();
    const code = new URL(url).searchParams.get("code") ?? "";
    for (const shown of [code, hostname(), "127.0.0.1"]) {
      await page.getByText(shown, { exact: true }).waitFor();
    }
    await expectNoFindings(page);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(400);
    await page.getByLabel("Company to work in").selectOption({ label: "Northwind" });
    await page.getByRole("button", { name: "Approve" }).press("Enter");
    await page.getByText("You can close this page").first().waitFor();
    await expectNoFindings(page);
    expect(await waitForEnd(cli, 30_000)).toMatchObject({ exitCode: 0 });
    expect(await cli.texts.stderr).toContain(`as ${account.email}, company Northwind`);
    expect(complaints).toEqual([]);
  });

  it("accepts a typed code, says that a wrong or used code does not work, and denies", async () => {
    await dashboard.signIn();
    const client = new BrikSync({ baseUrl: dashboard.server.url });
    const signIn = await client.auth.startDeviceSignIn(device);
    const { page } = await dashboard.open("/device");
    const code = page.getByLabel("Code");
    await code.fill("BCDF-GHJK");
    await code.press("Enter");
    await page.getByText("This code is wrong, was already used, or has expired").waitFor();
    expect(await code.getAttribute("aria-invalid")).toBe("true");
    await expectNoFindings(page);
    await code.fill(signIn.userCode.toLowerCase().replace("-", " "));
    await code.press("Enter");
    for (const shown of [signIn.userCode, device.hostName, device.clientVersion]) {
      await page.getByText(shown, { exact: true }).waitFor();
    }
    await page.getByRole("button", { name: "Deny" }).click();
    await page.getByText("The sign-in is denied").first().waitFor();
    await expect(signIn.wait()).rejects.toMatchObject({ type: "ACCESS_DENIED" });
    await page.goto(signIn.verificationUriComplete);
    await page.getByText("This code is wrong, was already used, or has expired").waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });
});
