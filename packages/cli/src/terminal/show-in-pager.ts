import { spawn } from "node:child_process";
import type { Pager } from "./pager.ts";
import { withoutCredentials } from "./without-credentials.ts";

/** Exit codes with which a shell reports that it cannot run a command. */
const notRunCodes = [126, 127];

/**
 * Shows text in the pager and resolves when the user has closed it. Returns false if the pager cannot be started, so
 * that nothing was shown. A pager that quits early is not an error.
 */
export function showInPager({ command, host }: Pager, text: string): Promise<boolean> {
  const env = { ...withoutCredentials(host.env), LESS: host.env["LESS"] ?? "FRX", LV: host.env["LV"] ?? "-c" };
  // The pager handles Ctrl-C itself.
  const stopIgnoring = host.ignoreInterrupts();
  const child = spawn(command ?? "less", {
    env,
    shell: command !== null,
    stdio: ["pipe", "inherit", "inherit"],
    windowsHide: true,
  });
  return new Promise<boolean>((resolve) => {
    child.once("error", () => resolve(false));
    child.once("close", (code) => resolve(code === null || !notRunCodes.includes(code)));
    // The pager need not read everything.
    child.stdin.on("error", () => {});
    child.stdin.end(text);
  }).finally(stopIgnoring);
}
