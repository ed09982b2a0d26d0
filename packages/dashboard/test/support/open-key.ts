import type { BrowserContextOptions, Page } from "playwright-core";
import type { Dashboard, OpenPage } from "./open-dashboard.ts";
import type { SeededKey } from "./seed-keys.ts";

/** Opens the screen of a key. */
export async function openKey(
  dashboard: Dashboard,
  { id, name }: SeededKey,
  options?: BrowserContextOptions,
): Promise<OpenPage> {
  const opened = await dashboard.open(`/settings/api-access/${id}`, options);
  await opened.page.getByRole("heading", { name, level: 1 }).waitFor();
  return opened;
}

/** Presses a button with the keyboard as soon as it is enabled. */
export async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole("button", { name, exact: true });
  await button.and(page.locator(":not([aria-disabled])")).focus();
  await page.keyboard.press("Enter");
}

/** Returns the name or the text of the element that has the focus. The page moves the focus after it has drawn. */
export function readFocus(page: Page): Promise<string> {
  return page.evaluate<string>(`(() => {
    const { activeElement } = document.querySelector("briksync-keys").shadowRoot;
    return activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "";
  })()`);
}
