import { spawn } from "node:child_process";
import type { Host } from "../host.ts";
import { withoutCredentials } from "./without-credentials.ts";

/** Starts the browser without waiting for its end. Returns false if there is none. */
export function openInBrowser(host: Host, url: string): Promise<boolean> {
  const opener = findOpener(host);
  if (opener === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const [program, ...args] = opener;
    const env = withoutCredentials(host.env);
    const child = spawn(program, [...args, url], { env, stdio: "ignore", detached: true, windowsHide: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

/** Returns whether the user works on another machine over SSH, where a browser would open on the wrong screen. */
export function isOverSsh({ env }: Pick<Host, "env">): boolean {
  return ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"].some((name) => env[name]);
}

/** Returns the program that opens a URL. Null on a machine without a screen. */
function findOpener({ env, platform }: Host): readonly [program: string, ...args: string[]] | null {
  const { BROWSER: browser, DISPLAY: display, WAYLAND_DISPLAY: wayland } = env;
  if (browser) return [browser];
  if (platform === "darwin") return ["open"];
  // `start` is not used, because it is a command of cmd.exe, which would interpret characters of the URL.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return display || wayland ? ["xdg-open"] : null;
}
