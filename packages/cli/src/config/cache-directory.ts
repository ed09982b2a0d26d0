import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * Where compiled code may be kept: in the user's own cache directory. Node's default is a fixed name in the shared temporary
 * directory, where another user of the machine could be first and have us run what he put there.
 */
export function findCacheDirectory(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): string {
  const { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (xdg && isAbsolute(xdg)) return join(xdg, "briksync", "compiled");
  if (platform === "win32" && local) return join(local, "briksync", "Cache", "compiled");
  return join(homedir(), ".cache", "briksync", "compiled");
}
