import { spawn } from "node:child_process";
import type { Context } from "../context.ts";
import type { Host } from "../host.ts";
import { printRecord } from "../terminal/print-record.ts";
import { withoutCredentials } from "../terminal/without-credentials.ts";

/** Runs `briksync dashboard`. Opens the page only for a person at a terminal. */
export async function openDashboard(context: Context, { mayOpen }: { readonly mayOpen: boolean }): Promise<void> {
  const { host, io } = context;
  const url = `${(await context.settings()).server.value}/settings/api-access`;
  const output = await context.output();
  if (output === "table") await io.writeData(`${url}\n`);
  else await printRecord(context, { id: url, fields: [{ label: "Address", field: "url", value: url }], json: { url } });
  if (!mayOpen || output !== "table" || !io.isDataTty || !io.isInputTty) return;
  const isOpened = await openInBrowser(host, url);
  if (!isOpened) io.writeStatus("No browser could be started. Open the address yourself.");
}

/** Starts the browser without waiting for its end. Returns false if there is none. */
function openInBrowser(host: Host, url: string): Promise<boolean> {
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

/** Returns the program that opens a URL. Null on a machine without a screen. */
function findOpener({ env, platform }: Host): readonly [program: string, ...args: string[]] | null {
  const { BROWSER: browser, DISPLAY: display, WAYLAND_DISPLAY: wayland } = env;
  if (browser) return [browser];
  if (platform === "darwin") return ["open"];
  // Not `start`, which is a command of cmd.exe and reads characters of a URL as its own.
  if (platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  return display || wayland ? ["xdg-open"] : null;
}
