import { existsSync, statSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

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

/**
 * Returns the user's home directory: HOME if it is an absolute path, else the entry in the user database. Returns
 * undefined if the directory does not exist or the user has no entry. Relative paths are ignored, because files would
 * then be written to, and code loaded from, the working directory.
 */
export function findHomeDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string | undefined {
  const named = platform === "win32" ? lookUp(homedir) : env["HOME"];
  const path = [named, lookUp(() => userInfo().homedir)].find((each) => each !== undefined && isAbsolute(each));
  return path !== undefined && existsSync(path) ? path : undefined;
}

// Node throws for a user that the system does not know.
function lookUp(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
