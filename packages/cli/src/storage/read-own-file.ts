import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";

/** A file of the CLI's own, as it was read. */
export interface OwnFile {
  readonly text: string;
  readonly stats: Stats;
}

/** What stands where a file was expected: a named pipe, a device or a directory. Reading it could wait forever. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/** No file of the CLI's own is anywhere near this size. */
const bytesMax = 8 * 1024 * 1024;

/**
 * Reads a regular file as UTF-8, following links. Throws what the system says, or {@link NotAFileError}. Never waits: a named pipe without a writer
 * would otherwise stop the program for good. Reads synchronously, which is quicker than loading what is needed to wait.
 */
export function readOwnFile(path: string): OwnFile {
  const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new NotAFileError("it is not a regular file");
    if (stats.size > bytesMax) throw new NotAFileError("it is too large");
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    for (;;) {
      const read = readSync(handle, bytes, length, bytes.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return { text: bytes.subarray(0, length).toString("utf8"), stats };
  } finally {
    closeSync(handle);
  }
}
