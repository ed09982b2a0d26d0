import { beforeAll, describe, expect, it } from "vitest";
import { isChromiumMissing, nameChromiumSuite } from "../../../tools/chromium.ts";
import { expectNoFindings } from "./support/accessibility.ts";
import type { OpenPage } from "./support/open-dashboard.ts";
import { useDashboard } from "./support/use-dashboard.ts";

const secretPattern = /sec_[0-9a-f]{48}/;

describe.skipIf(isChromiumMissing)(nameChromiumSuite("copying"), () => {
  const dashboard = useDashboard();
  beforeAll(async () => {
    await dashboard.signIn();
  });

  async function generate({ page }: OpenPage): Promise<void> {
    await page.getByRole("button", { name: "Generate New API Key" }).click();
    await page.getByLabel("Name").fill("Copied");
    await page.getByRole("button", { name: "Create Key" }).click();
    await page.getByRole("dialog", { name: "Copy your API key now" }).waitFor();
  }

  const copyButton = ({ page }: OpenPage) => page.getByRole("button", { name: "Copy", exact: true });

  it("announces that the secret is in the clipboard", async () => {
    const one = await dashboard.open(undefined, { permissions: ["clipboard-read", "clipboard-write"] });
    await generate(one);
    await copyButton(one).click();
    await one.page.getByRole("dialog").getByRole("status").getByText("Copied to the clipboard.").waitFor();
    expect(await one.page.evaluate("navigator.clipboard.readText()")).toMatch(secretPattern);
  });

  it("works inside the open dialog if navigator.clipboard is missing", async () => {
    const one = await dashboard.open(undefined, { permissions: ["clipboard-read", "clipboard-write"] });
    await one.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })");
    await generate(one);
    await copyButton(one).click();
    await one.page.getByRole("dialog").getByRole("status").getByText("Copied to the clipboard.").waitFor();
    await one.page.evaluate("delete navigator.clipboard");
    expect(await one.page.evaluate("navigator.clipboard.readText()")).toMatch(secretPattern);
  });

  it("selects the text and says so if copying fails", async () => {
    const one = await dashboard.open();
    await one.page.evaluate(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
      document.execCommand = () => false;
    });
    await generate(one);
    await copyButton(one).click();
    await one.page.locator(".copy-by-hand").getByText("The text is selected").waitFor();
    const selected = await one.page.evaluate(() => {
      const area = document.querySelector("briksync-keys")?.shadowRoot?.activeElement as HTMLTextAreaElement;
      return area.value.slice(area.selectionStart, area.selectionEnd);
    });
    expect(selected).toMatch(secretPattern);
    await expectNoFindings(one.page);
  });
});
