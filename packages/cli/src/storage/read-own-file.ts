import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from "node:fs";

/** The path is not a regular file but a named pipe, device or directory. Reading it could block forever. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/** Files of the CLI are much smaller than this. */
const bytesMax = 8 * 1024 * 1024;

/**
 * Reads a regular file as UTF-8 and follows links. Throws the system's error or {@link NotAFileError}. Never blocks; a
 * named pipe without a writer would otherwise stop the program. It is synchronous because that is faster than loading
 * asynchronous modules.
 */
export function readOwnFile(path: string): { readonly text: string; readonly stats: Stats } {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new NotAFileError("it is not a regular file");
    if (stats.size > bytesMax) throw new NotAFileError("it is too large");
    return { text: readFileSync(handle, "utf8"), stats };
  } finally {
    closeSync(handle);
  }
}
