import { stat } from "node:fs/promises";
import { isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { quoteArgument } from "../text/quote-argument.ts";

/** Why other users could change the files in a directory, and how to fix it. */
export interface DirectoryRisk {
  readonly message: string;
  readonly hint: string;
}

/**
 * Returns a risk if other users of this machine could replace the files in a directory: it belongs to another user, or
 * group or others can write to it. Returns null if it is private, if it does not exist, and on Windows, where home
 * directories are private.
 */
export async function findDirectoryRisk(
  directory: string,
  { platform, userId }: Pick<Host, "platform" | "userId">,
): Promise<DirectoryRisk | null> {
  if (platform === "win32") return null;
  try {
    const { uid, mode } = await stat(directory);
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
