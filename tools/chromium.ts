import { spawnSync } from "node:child_process";

const names = ["chromium-headless-shell", "chromium"];

/**
 * Options to launch Chromium, without its sandbox, with which it refuses to run as root. Tests open only their pages.
 */
export const chromiumOptions = {
  // The headless shell starts faster than the full browser.
  executablePath: spawnSync("sh", ["-c", names.map((name) => `command -v ${name}`).join(" || ")], {
    encoding: "utf8",
  }).stdout.trim(),
  args: ["--no-sandbox"],
};

/** Whether to skip tests, because Chromium is not installed. In CI it must be installed, and the tests then fail. */
export const isChromiumMissing = chromiumOptions.executablePath === "" && process.env["CI"] !== "true";

/** Returns the title of a suite that needs Chromium, with the reason if it is skipped. */
export function nameChromiumSuite(title: string): string {
  return isChromiumMissing ? `${title} (chromium is not installed)` : title;
}
