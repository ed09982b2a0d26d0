import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { quoteArgument } from "../text/quote-argument.ts";

/**
 * Returns how other users of this machine can access a file, and the command that fixes it. Returns null if they
 * cannot, and on Windows. If this process does not run as root, the group may read a file of root, because containers
 * mount secrets that way.
 */
export function findExposure(
  path: string,
  { mode, uid }: Pick<Stats, "mode" | "uid">,
  { platform, userId }: Pick<Host, "platform" | "userId">,
) {
  if (platform === "win32") return null;
  const isMounted = uid === 0 && userId !== 0;
  const open = mode & (isMounted ? 0o037 : 0o077);
  if (open === 0) return null;
  const hint = `chmod ${isMounted ? "640" : "600"} ${quoteArgument(path)}`;
  return { what: (open & 0o022) === 0 ? "read" : "change", hint };
}

/**
 * Returns a hint if this user cannot open a file of the CLI because the file or its directory belongs to another user.
 * Returns undefined for other reasons.
 */
export function adviseOnOwner(path: string, { userId }: Pick<Host, "userId">): string | undefined {
  if (userId === undefined) return undefined;
  for (const each of [path, dirname(path)]) {
    const owner = findOwnerId(each);
    if (owner === undefined || owner === userId) continue;
    return `${each} belongs to the user with ID ${owner}, perhaps because of a run with sudo. To fix this, run: sudo chown -R "$(id -u):$(id -g)" ${quoteArgument(each)}`;
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

/**
 * Returns a risk, and how to fix it, if other users of this machine could replace the files in a directory. They can if
 * it belongs to another user, or if its group or others can write to it. Returns null if it is private, if it does not
 * exist, and on Windows, where home directories are private.
 */
export function findDirectoryRisk(directory: string, { platform, userId }: Pick<Host, "platform" | "userId">) {
  if (platform === "win32") return null;
  try {
    const { uid, mode } = statSync(directory);
    if (userId !== undefined && uid !== userId) {
      const hint = "Set BRIKSYNC_CONFIG_DIR to a directory that you own.";
      return { message: `${directory} belongs to another user, who can change its files.`, hint };
    }
    if ((mode & 0o022) === 0) return null;
    return {
      message: `Other users can write to ${directory}, so they can change your profile.`,
      hint: `To fix this, run: chmod go-w ${quoteArgument(directory)}`,
    };
  } catch (error) {
    if (isNodeError(error, "ENOENT", "ENOTDIR")) return null;
    throw error;
  }
}

/** The path is not a regular file but a named pipe, device or directory. Reading it could block forever. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/** Files of the CLI are much smaller than this. */
const bytesMax = 8 * 1024 * 1024;

/**
 * Reads a regular file as UTF-8 and follows links. Throws the system's error or {@link NotAFileError}. Never blocks,
 * because a named pipe without a writer would otherwise stop the program. It is synchronous because that is faster than
 * loading asynchronous modules.
 */
export function readOwnFile(path: string): { readonly text: string; readonly stats: Stats } {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new NotAFileError("it is not a regular file");
    if (stats.size > bytesMax) throw new NotAFileError("it is too large");
    // Not more than this size, because the file may grow while it is read.
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    for (let count = -1; count !== 0; length += count)
      count = readSync(handle, bytes, length, stats.size - length, null);
    return { text: bytes.toString("utf8", 0, length), stats };
  } finally {
    closeSync(handle);
  }
}
