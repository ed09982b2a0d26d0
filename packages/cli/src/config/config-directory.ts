import { isAbsolute, join, resolve } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";

/**
 * Returns the directory of profiles, file sessions and locks: BRIKSYNC_CONFIG_DIR, else `briksync` under
 * XDG_CONFIG_HOME (absolute paths only, as the XDG Base Directory Specification requires), APPDATA on Windows, or
 * `~/.config`. Returns undefined if the user has no home directory.
 */
export function findConfigDirectory(host: Pick<Host, "env" | "platform" | "homeDirectory">): string | undefined {
  const { env } = host;
  if (env["BRIKSYNC_CONFIG_DIR"]) return resolve(env["BRIKSYNC_CONFIG_DIR"]);
  if (env["XDG_CONFIG_HOME"] && isAbsolute(env["XDG_CONFIG_HOME"])) return join(env["XDG_CONFIG_HOME"], "briksync");
  if (host.platform === "win32" && env["APPDATA"] && isAbsolute(env["APPDATA"]))
    return join(env["APPDATA"], "briksync");
  return host.homeDirectory === undefined ? undefined : join(host.homeDirectory, ".config", "briksync");
}

/** Returns the same directory for a command that must write to it. Throws FILE_FAILED if there is none. */
export function requireConfigDirectory(host: Pick<Host, "env" | "platform" | "homeDirectory">): string {
  const directory = findConfigDirectory(host);
  if (directory !== undefined) return directory;
  throw new CliError("FILE_FAILED", "The CLI cannot store its configuration because this user has no home directory.", {
    hint: "Set HOME or BRIKSYNC_CONFIG_DIR to an absolute path.",
  });
}
