import { constants } from "node:fs";
import { lstat, mkdir, open, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { type FileTraits, tryToReplaceFile, writeFileAtomically } from "./write-file-atomically.ts";

/** The part of the host that identifies the owner of files. */
export type FileUser = Pick<Host, "userId">;

/** User ID and group ID. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Replaces a file of the CLI (mode 0600) like {@link writeFileAtomically}. Keeps a symbolic link and replaces its
 * target. A run as root (sudo) gives the file and new directories to the user of the directory. Throws FILE_FAILED.
 */
export async function writeOwnFile(user: FileUser, path: string, content: string): Promise<void> {
  const { target, traits } = await prepare(user, path);
  await writeFileAtomically(target, content, traits);
}

/**
 * Tries everything that {@link writeOwnFile} does, except the replacement. Throws FILE_FAILED in the same cases, and
 * leaves nothing behind.
 */
export async function tryToWriteOwnFile(user: FileUser, path: string): Promise<void> {
  const { target, traits } = await prepare(user, path);
  await tryToReplaceFile(target, traits);
}

/**
 * Creates a directory and its missing parents with mode 0700. If root creates it inside the directory of another user,
 * that user becomes the owner.
 */
export async function createOwnDirectory(user: FileUser, path: string): Promise<void> {
  const owner = await findOwner(user, path);
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (owner === undefined || first === undefined) return;
  for (let directory = path; directory.length >= first.length; directory = dirname(directory))
    await changeDirectoryOwner(directory, owner);
}

// Uses the open directory, for the same reason as for files below.
async function changeDirectoryOwner(path: string, { uid, gid }: Owner): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await directory.chown(uid, gid);
  } finally {
    await directory.close();
  }
}

/** Returns the user who must own what root writes at `path`, or undefined if the owner does not change. */
export async function findOwner({ userId }: FileUser, path: string): Promise<Owner | undefined> {
  if (userId !== 0) return undefined;
  for (let nearest = path; ; nearest = dirname(nearest)) {
    const found = await stat(nearest).catch(() => null);
    if (found !== null) return found.uid === 0 ? undefined : { uid: found.uid, gid: found.gid };
    if (nearest === dirname(nearest)) return undefined;
  }
}

async function prepare(user: FileUser, path: string): Promise<{ target: string; traits: FileTraits }> {
  try {
    await createOwnDirectory(user, dirname(path));
    const target = await followLink(user, path);
    const owner = await findOwner(user, target);
    if (owner === undefined) return { target, traits: {} };
    // Uses the open file, because the owner of the directory could replace the file at this path.
    return { target, traits: { prepare: async (_temporary, file) => file.chown(owner.uid, owner.gid) } };
  } catch (error) {
    if (error instanceof CliError) throw error;
    // The replacement fails with the same error and reports it.
    return { target: path, traits: {} };
  }
}

// Dotfiles are often links into a repository. In a directory of another user, a link could make root write anywhere.
async function followLink(user: FileUser, path: string): Promise<string> {
  const found = await lstat(path).catch(() => null);
  if (found === null || !found.isSymbolicLink()) return path;
  if ((await findOwner(user, dirname(path))) !== undefined) {
    const what = `Could not write ${path}: root does not follow a symbolic link of another user.`;
    throw new CliError("FILE_FAILED", what, { hint: "Run the command as that user." });
  }
  try {
    return await realpath(path);
  } catch (error) {
    const reason = isNodeError(error, "ENOENT")
      ? "it is a symbolic link to a file that does not exist"
      : explainSystemError(error);
    throw new CliError("FILE_FAILED", `Could not write ${path}: ${reason}.`, { cause: error });
  }
}
