import { type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Host } from "../host.ts";
import { quoteArgument } from "../text/quote-argument.ts";

/** Who besides the owner may open a file, and the command that ends it. */
export interface FileExposure {
  readonly what: "read" | "change";
  readonly hint: string;
}

/**
 * Returns how a file is open to other users of this machine, or null where it is not, and on Windows. The group may read a file that belongs to root
 * when this process does not run as root: a container gets its mounted secrets like that.
 */
export function findExposure(
  path: string,
  { mode, uid }: Pick<Stats, "mode" | "uid">,
  { platform, userId }: Pick<Host, "platform" | "userId">,
): FileExposure | null {
  if (platform === "win32") return null;
  const isMounted = uid === 0 && userId !== 0;
  const open = mode & (isMounted ? 0o037 : 0o077);
  if (open === 0) return null;
  const hint = `chmod ${isMounted ? "640" : "600"} ${quoteArgument(path)}`;
  return { what: (open & 0o022) === 0 ? "read" : "change", hint };
}

/**
 * Returns what to do where this user may not open a file of the CLI because it, or the directory it is in, belongs to somebody else. Returns
 * undefined where that is not the reason.
 */
export function adviseOnOwner(path: string, { userId }: Pick<Host, "userId">): string | undefined {
  if (userId === undefined) return undefined;
  for (const each of [path, dirname(path)]) {
    const owner = findOwnerId(each);
    if (owner === undefined || owner === userId) continue;
    return `${each} belongs to the user with ID ${owner}, perhaps because briksync ran with sudo. To fix this, run: sudo chown -R "$(id -u):$(id -g)" ${quoteArgument(each)}`;
  }
  return undefined;
}

function findOwnerId(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}
