import { statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { findHomeDirectory } from "./home-directory.ts";

/**
 * Returns the directory for compiled code, inside the user's own cache directory. Node's default is a fixed name in the
 * shared temporary directory, where another user could plant code. Returns undefined if there is no such directory, or
 * if another user could write to it.
 */
export function findCacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  userId: number | undefined,
): string | undefined {
  const base = findBase(env, platform);
  if (base === undefined) return undefined;
  const directory = join(base, "compiled");
  return userId === undefined || isPrivate(directory, userId) ? directory : undefined;
}

function findBase(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string | undefined {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (xdg && isAbsolute(xdg)) return join(xdg, "briksync");
  if (platform === "win32" && local && isAbsolute(local)) return join(local, "briksync", "Cache");
  const home = findHomeDirectory(env, platform);
  return home === undefined ? undefined : join(home, ".cache", "briksync");
}

// The owner of the directory, or of its nearest existing parent, decides which code this program runs.
function isPrivate(directory: string, userId: number): boolean {
  try {
    for (let path = directory; ; path = dirname(path)) {
      const found = statSync(path, { throwIfNoEntry: false });
      if (found !== undefined) return found.isDirectory() && found.uid === userId && (found.mode & 0o022) === 0;
      if (path === dirname(path)) return false;
    }
  } catch {
    // For example, `sudo -u` kept the HOME of another user, which this user cannot enter.
    return false;
  }
}
