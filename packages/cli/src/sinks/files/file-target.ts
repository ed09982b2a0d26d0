import type { Stats } from "node:fs";
import { lstat, open, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CliError } from "../../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../../errors/node-error.ts";
import type { Host } from "../../host.ts";
import { type LockOptions, withFileLock } from "../../storage/file-lock.ts";
import { keepAttributes } from "../../storage/keep-attributes.ts";
import { classifyTemporary, type FileTraits } from "../../storage/write-file-atomically.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import { fillPath, isUnknown } from "../placeholders.ts";
import type { KnownKey, SinkKey } from "../sink.ts";

/** The file at a path and its current status. */
export interface FileTarget {
  /** Absolute path. For a symbolic link, the path of its target, so that the link is kept. */
  readonly path: string;
  readonly doesExist: boolean;
  /** Permission bits of the file, or 0600 if it does not exist. */
  readonly mode: number;
  /** Sets the owner, permissions and attributes of the new file. */
  readonly prepare: FileTraits["prepare"];
}

type Machine = Pick<Host, "platform" | "userId" | "env">;

/**
 * Returns the file for a secret at `path`. Throws SINK_UNAVAILABLE if the path is not a regular file, belongs to
 * another user, or is a broken or foreign link. Also throws it for a missing directory, unless `mayLackDirectory` is
 * set.
 */
export async function findFileTarget(path: string, machine: Machine, mayLackDirectory = false): Promise<FileTarget> {
  const { userId } = machine;
  const absolute = resolvePath(path);
  const link = await lookAt(absolute);
  if (link === null) {
    if (!mayLackDirectory) await requireDirectory(dirname(absolute));
    return { path: absolute, doesExist: false, mode: 0o600, prepare: undefined };
  }
  const isForeignLink = link.isSymbolicLink() && userId !== undefined && link.uid !== userId && link.uid !== 0;
  if (isForeignLink) throw unavailable(`${path} is a symbolic link that belongs to another user.`);
  const real = link.isSymbolicLink() ? await followLink(absolute) : absolute;
  const found = await stat(real);
  if (!found.isFile()) {
    throw unavailable(
      `${path} is ${found.isDirectory() ? "a directory" : "not a regular file"}.`,
      "To deliver to anything else, use exec:COMMAND.",
    );
  }
  // Only root can create a file for another user.
  if (userId !== undefined && userId !== 0 && found.uid !== userId) {
    throw unavailable(
      `${path} belongs to another user. Replacing it would make you its owner, and they might no longer be able to read it.`,
    );
  }
  await requireReplaceable(real, found);
  const prepare = (temporary: string): Promise<void> => keepAttributes(real, temporary, machine);
  return { path: real, doesExist: true, mode: found.mode & 0o777, prepare };
}

/** Returns the absolute path. Throws SINK_UNAVAILABLE for a relative path if the current directory has been deleted. */
export function resolvePath(path: string): string {
  try {
    return resolve(path);
  } catch {
    throw unavailable(
      "The current directory has been deleted, so a file in it would be lost.",
      "Use an absolute path.",
    );
  }
}

/** Throws SINK_FAILED unless the file at `path` now contains exactly `content`. */
export async function requireWritten(path: string, content: string | Buffer): Promise<void> {
  const found = await readFile(path).catch(() => null);
  if (found?.equals(Buffer.from(content)) === true) return;
  throw new CliError("SINK_FAILED", `${path} was written, but reading it back returned different content.`);
}

// The delivery replaces the file with a new one, which is not possible or safe for some files.
async function requireReplaceable(path: string, { nlink }: Stats): Promise<void> {
  if (nlink > 1) {
    throw unavailable(
      `${path} has ${nlink} names (hard links). Replacing it would leave the other names with the old content.`,
      `Replace the other names with symbolic links. To find them, run: find / -xdev -samefile ${quoteArgument(path)}`,
    );
  }
  if (await isMountPoint(path)) {
    throw unavailable(`${path} is a mount point, so it cannot be replaced.`, "Mount its directory instead.");
  }
  try {
    await (await open(path, "r+")).close();
  } catch (error) {
    if (isNodeError(error, "EPERM")) {
      throw unavailable(
        `${path} is immutable or append-only.`,
        `To see the attributes, run: lsattr ${quoteArgument(path)}`,
      );
    }
    if (isNodeError(error, "EROFS")) throw unavailable(`${path} is on a read-only file system.`);
    // A read-only file (0400) of this user can still be replaced.
  }
}

/** Throws SINK_UNAVAILABLE unless `directory` is a directory. */
async function requireDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => null);
  if (found?.isDirectory()) return;
  throw unavailable(`The directory ${directory} does not exist.`, "Create it, or correct the path.");
}

/**
 * The age from which the file of a try belongs to a killed run. A try takes milliseconds, and its file contains no
 * secret.
 */
const staleTryMs = 60_000;

/**
 * Runs `work` on the file that `locate` finds, while no other briksync process does. Also removes temporary files of
 * killed runs, because they may contain a secret.
 */
export async function withTarget<T>(
  locate: () => Promise<FileTarget>,
  lock: LockOptions,
  work: (target: FileTarget) => Promise<T>,
): Promise<T> {
  const { path } = await locate();
  const directory = dirname(path);
  return withFileLock(join(directory, `.${basename(path)}.briksync.lock`), lock, async () => {
    // The previous holder of the lock may have created or replaced the file.
    const target = await locate();
    if (target.path !== path) throw unavailable(`${path} was replaced with a link while this run waited for its lock.`);
    const names = await readdir(directory).catch(() => []);
    for (const name of names) {
      const file = join(directory, name);
      const kind = classifyTemporary(path, name);
      if (kind === "content" || (kind === "try" && (await isStale(file))))
        await rm(file, { force: true }).catch(() => {});
    }
    return work(target);
  });
}

// Tries use no lock, so the file may belong to another run that is still active.
async function isStale(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > staleTryMs;
}

async function lookAt(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return null;
    throw unavailable(`${path} cannot be accessed: ${explainSystemError(error)}.`);
  }
}

async function followLink(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    throw unavailable(`${path} is a symbolic link to a path that does not exist.`);
  }
}

function unavailable(message: string, hint?: string): CliError {
  return new CliError("SINK_UNAVAILABLE", message, { hint });
}

/**
 * Returns whether this exact path is a mount point, as container runtimes create for single files. Such a file cannot
 * be replaced, only written. Returns false if this is unknown, which is always the case except on Linux.
 */
async function isMountPoint(path: string): Promise<boolean> {
  const table = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return table.split("\n").some((line) => unescapePath(line.split(" ")[4] ?? "") === path);
}

// The file contains blanks, newlines and backslashes as octal numbers (proc(5)).
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/**
 * Returns the file of a destination. If the path depends on a key that does not exist yet, checks only the directory
 * and returns null. If the directory depends on the key too, only returns null. Throws like {@link findFileTarget}.
 */
export async function checkPath(path: string, key: SinkKey, host: Host): Promise<FileTarget | null> {
  const filled = fill(path, key, host);
  if (filled !== null) return findFileTarget(filled, host);
  const directory = fill(dirname(path), key, host);
  if (directory !== null) await requireDirectory(directory);
  return null;
}

/**
 * Returns the file of a destination for an existing key. A directory that contains a placeholder may be missing. It is
 * created with the file.
 */
export async function locateTarget(path: string, key: KnownKey, host: Host): Promise<FileTarget> {
  const filled = fill(path, key, host);
  if (filled === null) throw new CliError("UNEXPECTED", `Nothing is known to fill ${path} with.`);
  return findFileTarget(filled, host, isUnknown(dirname(path), { name: key.name }));
}

/** Replaces `~` with the home directory, because no shell expands it after a colon. */
export function expandHome(path: string, { homeDirectory }: Pick<Host, "homeDirectory">): string {
  if (!path.startsWith("~/")) return path;
  if (homeDirectory !== undefined) return join(homeDirectory, path.slice(2));
  throw new CliError("USAGE", `${path} cannot be found because this user has no home directory.`, {
    hint: "Use an absolute path.",
  });
}

function fill(path: string, key: SinkKey, host: Host): string | null {
  const filled = fillPath(path, key);
  return filled === null ? null : expandHome(filled, host);
}
