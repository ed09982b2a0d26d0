import { isAbsolute, join } from "node:path";
import type { Host } from "../context.ts";

/**
 * The directory of profiles, file sessions and locks: BRIKSYNC_CONFIG_DIR, else `briksync` under XDG_CONFIG_HOME
 * (absolute paths only, as the XDG Base Directory Specification demands), APPDATA on Windows, or `~/.config`.
 */
export function findConfigDirectory(host: Pick<Host, "env" | "platform" | "homeDirectory">): string {
  const { env } = host;
  if (env["BRIKSYNC_CONFIG_DIR"]) return env["BRIKSYNC_CONFIG_DIR"];
  if (env["XDG_CONFIG_HOME"] && isAbsolute(env["XDG_CONFIG_HOME"])) return join(env["XDG_CONFIG_HOME"], "briksync");
  if (host.platform === "win32" && env["APPDATA"]) return join(env["APPDATA"], "briksync");
  return join(host.homeDirectory, ".config", "briksync");
}
