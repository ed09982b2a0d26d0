import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  type Stats,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { Writable } from "node:stream";
import { isatty } from "node:tty";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";

/** The target of an output of this process. */
export interface OutputTarget {
  /** `stream` is a pipe or socket. `none` discards everything that is written to it. */
  readonly kind: "terminal" | "stream" | "file" | "none";
  /** Why written text would be lost, such as `it is a directory`. Null if it can be read afterwards. */
  readonly fault: string | null;
  /** Equal for two outputs with the same target. */
  readonly identity: string;
}

/** The free space that a file needs for a secret with its surrounding text. */
const bytesNeeded = 8192;

/**
 * Inspects file descriptor 1 or 2 without writing to it. It cannot detect that the reader of an anonymous pipe has
 * exited. Only a write shows that. Node opens /dev/null in place of a closed descriptor, so both look the same.
 */
export function inspectOutput(descriptor: 1 | 2, isRoot: boolean): OutputTarget {
  let stats: Stats;
  try {
    stats = fstatSync(descriptor);
  } catch {
    return { kind: "none", fault: "it is closed", identity: "" };
  }
  const identity = `${stats.dev}:${stats.ino}`;
  if (isatty(descriptor)) return { kind: "terminal", fault: null, identity };
  const kind = stats.isFIFO() || stats.isSocket() ? "stream" : stats.isFile() ? "file" : "none";
  return { kind, fault: findFault(descriptor, stats, kind, isRoot), identity };
}

/**
 * Returns whether the caller redirected standard output to /dev/null. A closed descriptor does not count. Node also
 * opens /dev/null in its place, but for reading and writing, while `> /dev/null` opens it for writing only. Only Linux
 * shows the difference.
 */
export function isOutputDiscarded(): boolean {
  try {
    const [stats, device] = [fstatSync(1), statSync("/dev/null")];
    if (!stats.isCharacterDevice() || stats.rdev !== device.rdev) return false;
    const [, flags = ""] = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "utf8")) ?? [];
    return (Number.parseInt(flags, 8) & (constants.O_WRONLY | constants.O_RDWR)) === constants.O_WRONLY;
  } catch {
    return false;
  }
}

/** Syncs standard output to disk if it is a file. Throws if the data cannot be read afterwards. */
export function syncOutput(): void {
  const stats = fstatSync(1);
  if (!stats.isFile()) return;
  if (stats.nlink === 0) throw new Error("the file was deleted");
  try {
    fsyncSync(1);
  } catch (error) {
    if (!isNodeError(error, "EINVAL", "ENOTSUP", "EPERM")) throw error;
  }
}

/**
 * Returns a stream that writes to a file completely. Node's own stream treats a short write on a full disk as complete.
 */
export function openFileOutput(descriptor: number): Writable {
  return new Writable({
    decodeStrings: true,
    write(chunk: Buffer, _encoding, done) {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(descriptor, chunk, at);
        done();
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
  });
}

function findFault(descriptor: number, stats: Stats, kind: OutputTarget["kind"], isRoot: boolean): string | null {
  if (stats.isDirectory()) return "it is a directory";
  if (kind === "none") return "it is closed, or a device such as /dev/null that discards data";
  try {
    // An empty write fails on a descriptor that is only open for reading, and on a socket whose reader has exited.
    writeSync(descriptor, "");
    if (stats.isFIFO()) requireReader(descriptor);
  } catch (error) {
    if (isNodeError(error, "EBADF")) return "it is not open for writing";
    if (isNodeError(error, "EPIPE", "ECONNRESET", "ENXIO")) return "its reader has exited";
    if (!isNodeError(error, "EAGAIN")) return `it cannot be written: ${explainSystemError(error)}`;
  }
  if (kind !== "file") return null;
  if (stats.nlink === 0) return "its file was deleted";
  return isDiskFull(descriptor, isRoot) ? "its disk is full" : null;
}

// On Linux, this open call fails unless a reader has the pipe open. Other systems have no such path.
function requireReader(descriptor: number): void {
  try {
    closeSync(openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch (error) {
    if (isNodeError(error, "ENXIO")) throw error;
  }
}

// Only Linux has a path to the file system of an open file.
function isDiskFull(descriptor: number, isRoot: boolean): boolean {
  try {
    const { bavail, bfree, bsize, blocks } = statfsSync(`/proc/self/fd/${descriptor}`);
    return blocks > 0 && (isRoot ? bfree : bavail) * bsize < bytesNeeded;
  } catch {
    return false;
  }
}
