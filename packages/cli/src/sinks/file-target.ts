import type { Stats } from "node:fs";
import { lstat, readdir, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CliError } from "../cli-error.ts";
import type { Host } from "../context.ts";
import { type LockOptions, withFileLock } from "../storage/file-lock.ts";
import { isNodeError } from "../storage/node-error.ts";
import { type FileTraits, isTemporaryFor } from "../storage/write-file-atomically.ts";

/** The file that a path leads to, and what it is now. */
export interface FileTarget {
  /** Absolute; behind a symbolic link the file it points to, so that the link stays. */
  readonly path: string;
  readonly doesExist: boolean;
  /** Permission bits of the file, 0600 where there is none yet. */
  readonly mode: number;
  /** Whose the new file must be; undefined where that is settled by making it. */
  readonly owner: FileTraits["owner"];
}

type Machine = Pick<Host, "platform" | "userId">;

/**
 * Looks where a secret written to `path` would go. Throws SINK_UNAVAILABLE where that is no place for one: no regular file, somebody else's,
 * behind a link that is broken or somebody else's, or in a directory that is missing, unless that may be.
 */
export async function findFileTarget(
  path: string,
  { platform, userId }: Machine,
  mayLackDirectory = false,
): Promise<FileTarget> {
  const absolute = resolve(path);
  const link = await lookAt(absolute);
  if (link === null) {
    if (!mayLackDirectory) await requireDirectory(dirname(absolute));
    return { path: absolute, doesExist: false, mode: 0o600, owner: undefined };
  }
  const isForeignLink = link.isSymbolicLink() && userId !== undefined && link.uid !== userId && link.uid !== 0;
  if (isForeignLink) throw unavailable(`${path} is a symbolic link that belongs to another user.`);
  const real = link.isSymbolicLink() ? await followLink(absolute) : absolute;
  const found = await stat(real);
  if (!found.isFile()) {
    throw unavailable(
      `${path} is ${found.isDirectory() ? "a directory" : "not a regular file"}.`,
      "For other places write exec:COMMAND.",
    );
  }
  // Only root can make a file for somebody else.
  if (userId !== undefined && userId !== 0 && found.uid !== userId) {
    throw unavailable(
      `${path} belongs to another user; replacing it would make it yours, and they might no longer read it.`,
    );
  }
  const owner = platform === "win32" ? undefined : { uid: found.uid, gid: found.gid };
  return { path: real, doesExist: true, mode: found.mode & 0o777, owner };
}

/** Throws SINK_UNAVAILABLE unless `directory` is one. */
export async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  throw unavailable(`The directory ${directory} does not exist.`, "Make it first, or correct the path.");
}

/**
 * Does `work` on a file while no other briksync does, and removes what a killed one left beside it: its temporary file may hold a secret.
 */
export async function withTarget<T>({ path }: FileTarget, lock: LockOptions, work: () => Promise<T>): Promise<T> {
  const directory = dirname(path);
  return withFileLock(join(directory, `.${basename(path)}.briksync.lock`), lock, async () => {
    const names = await readdir(directory).catch(() => []);
    for (const name of names)
      if (isTemporaryFor(path, name)) await rm(join(directory, name), { force: true }).catch(() => {});
    return work();
  });
}

async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return null;
    throw unavailable(`${path} cannot be looked at: ${isNodeError(error) ? error.code : String(error)}.`);
  }
}

async function followLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    throw unavailable(`${path} is a symbolic link that leads nowhere.`);
  }
}

function unavailable(message: string, hint?: string): CliError {
  return new CliError("SINK_UNAVAILABLE", message, { hint });
}
