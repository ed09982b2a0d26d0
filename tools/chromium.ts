import { spawnSync } from "node:child_process";

const names = ["chromium-headless-shell", "chromium"];

/** How to launch Chromium. It refuses to run as root with its sandbox, and sees only the pages of the tests. */
export const chromiumOptions = {
  // The browser without the parts for windows starts faster.
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
