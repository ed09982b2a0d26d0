import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError } from "../cli-error.ts";
import { isNodeError } from "./node-error.ts";

/**
 * Replaces `path` so that a reader, a crash or a full disk sees either the old content or the new, never a part:
 * exclusive 0600 temporary file in the same directory, fsync, rename, fsync of the directory. Missing directories are made 0700.
 * Throws FILE_FAILED naming the file; the old content then stands and no temporary file stays behind.
 */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `.${basename(path)}.${randomBytes(8).toString("hex")}.tmp`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeDurably(temporary, content);
    await rename(temporary, path);
    await syncDirectory(directory);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new CliError(
      "FILE_FAILED",
      `Could not write ${path}: ${explain(error)}. What was there before is unchanged.`,
      {
        cause: error,
      },
    );
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename or removal inside `directory` survive a power cut. Windows cannot open directories, and needs no such call. */
async function syncDirectory(directory: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(directory, "r");
    await handle.sync();
  } catch (error) {
    if (!isNodeError(error, "EISDIR", "EPERM", "EACCES", "EINVAL", "ENOTSUP")) throw error;
  } finally {
    await handle?.close();
  }
}

function explain(error: unknown): string {
  if (isNodeError(error, "ENOSPC")) return "the disk is full";
  if (isNodeError(error, "EDQUOT")) return "your disk quota is used up";
  if (isNodeError(error, "EACCES", "EPERM")) return "permission denied";
  if (isNodeError(error, "EROFS")) return "the file system is read-only";
  if (isNodeError(error, "ENOTDIR")) return "a part of the path is not a directory";
  if (isNodeError(error)) return error.code;
  return String(error);
}
