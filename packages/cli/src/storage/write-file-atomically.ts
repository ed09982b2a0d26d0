import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";

/** Steps before the new file replaces the old one. */
export interface FileTraits {
  /**
   * Sets owner, permissions and attributes of the temporary file. By default, it keeps the current user and mode 0600.
   */
  readonly prepare?: ((temporary: string, file: FileHandle) => Promise<void>) | undefined;
  /** Runs when only the replacement is left. If it throws, the old file is kept and the error is not wrapped. */
  readonly beforeReplacing?: (() => Promise<void>) | undefined;
}

/**
 * Replaces a file atomically. Readers see either the old or the new content, even after a crash or on a full disk.
 * Writes a 0600 temporary file in the same directory, syncs it, renames it, and syncs the directory. Creates missing
 * directories with mode 0700.
 *
 * Throws FILE_FAILED if the file was not changed. No temporary file is left. Throws FILE_UNCERTAIN if the new content
 * was written but could not be synced.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Buffer,
  traits: FileTraits = {},
): Promise<void> {
  const directory = dirname(path);
  const temporary = nameTemporary(path);
  let isRefused = false;
  let isReplaced = false;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeDurably(temporary, content, traits);
    isRefused = true;
    await traits.beforeReplacing?.();
    isRefused = false;
    await rename(temporary, path);
    isReplaced = true;
    await syncDirectory(directory);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    if (isReplaced) {
      const what = `${path} was written, but may be lost in a power failure: its directory could not be synced (${explain(error)}).`;
      throw new CliError("FILE_UNCERTAIN", what, { cause: error });
    }
    throw isRefused ? error : explainFailure(path, error);
  }
}

/**
 * Tries everything that {@link writeFileAtomically} does with `path`, except the replacement. Throws FILE_FAILED in the
 * same cases, and leaves nothing behind. The directory must exist.
 */
export async function tryToReplaceFile(path: string, traits: FileTraits = {}): Promise<void> {
  const temporary = nameTemporary(path, ".try.tmp");
  try {
    await writeDurably(temporary, Buffer.alloc(4096), traits);
  } catch (error) {
    throw explainFailure(path, error);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}

/**
 * Returns the kind of a temporary file of `path`. `content` is a file with new content, which exists only while the
 * target is locked. `try` is the file of a try, which another run may be about to remove. Returns null for other names.
 */
export function classifyTemporary(path: string, name: string): "content" | "try" | null {
  const start = `.${basename(path)}.`;
  const match = name.startsWith(start) ? /^[0-9a-f]{16}(\.try)?\.tmp$/.exec(name.slice(start.length)) : null;
  if (match === null) return null;
  return match[1] === undefined ? "content" : "try";
}

function nameTemporary(path: string, ending = ".tmp"): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(8).toString("hex")}${ending}`);
}

async function writeDurably(path: string, content: string | Buffer, { prepare }: FileTraits): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(content, "utf8");
    await prepare?.(path, file);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Syncs a directory, so that a rename or removal survives a power failure. Windows cannot open directories and does not
 * need this.
 */
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

function explainFailure(path: string, error: unknown): CliError {
  if (error instanceof CliError) return error;
  return new CliError("FILE_FAILED", `Could not write ${path}: ${explain(error)}. The file was not changed.`, {
    cause: error,
  });
}

function explain(error: unknown): string {
  return isNodeError(error, "EBUSY") ? "it is a mount point, so it cannot be replaced" : explainSystemError(error);
}
