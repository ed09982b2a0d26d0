import { existsSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { isAbsolute } from "node:path";

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
