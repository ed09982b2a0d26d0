import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { findExposure } from "./file-access.ts";

/** The maximum size of a secret file. */
const bytesMax = 64 * 1024;

/** Time limits for a named pipe without a writer, and for the writer. A password manager may prompt its user first. */
const writerTimeoutMs = 5000;
const contentTimeoutMs = 60_000;

const pollMs = 20;

/**
 * Reads the file in the variable `name`: a private regular file, or a pipe such as `<(pass show briksync)`. Never
 * blocks forever: it gives up on a pipe without a writer after 5 s, and Ctrl-C ends the wait immediately. Throws USAGE.
 */
export async function readSecretFile(
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
  name: string,
  path: string,
): Promise<string> {
  const fail = (reason: string, options: { hint?: string; cause?: unknown } = {}): CliError =>
    new CliError("USAGE", `${name} is set to ${path}, ${reason}.`, options);
  let handle: number;
  try {
    handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw fail(`which cannot be read: ${explainSystemError(error)}`, { cause: error });
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile() && !stats.isFIFO()) throw fail(`which is ${nameKind(stats)}`);
    const exposure = stats.isFile() ? findExposure(path, stats, host) : null;
    if (exposure !== null) {
      const reason = `which other users of this machine can ${exposure.what}`;
      throw fail(reason, {
        hint: `To fix this, run: ${exposure.hint}\nIf another user may have read the secret, replace it.`,
      });
    }
    const text = await readToEnd(handle, stats, signal);
    if (text === null) throw fail("a pipe to which no program writes");
    return text;
  } catch (error) {
    if (error instanceof CliError || signal.aborted) throw error;
    throw fail(`which cannot be read: ${explainSystemError(error)}`, { cause: error });
  } finally {
    closeSync(handle);
  }
}

function nameKind(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  return stats.isCharacterDevice() ? "a terminal or another device" : "neither a file nor a pipe";
}

// A pipe that was opened without blocking looks empty until a program opens it for writing.
async function readToEnd(handle: number, stats: Stats, signal: AbortSignal): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  const startMs = performance.now();
  for (;;) {
    const chunk = Buffer.alloc(4096);
    const read = tryToRead(handle, chunk);
    if (read !== null && read > 0) {
      chunks.push(chunk.subarray(0, read));
      size += read;
      if (size > bytesMax) throw new Error("it is too long for a secret");
      continue;
    }
    if (read === 0 && (size > 0 || stats.isFile())) return Buffer.concat(chunks).toString("utf8");
    const waitedMs = performance.now() - startMs;
    if (waitedMs > (read === 0 ? writerTimeoutMs : contentTimeoutMs)) return null;
    await sleep(pollMs, undefined, { signal });
  }
}

/** Returns null if a writer has the pipe open but has not written more data yet. */
function tryToRead(handle: number, chunk: Buffer): number | null {
  try {
    return readSync(handle, chunk, 0, chunk.length, null);
  } catch (error) {
    if (isNodeError(error, "EAGAIN")) return null;
    throw error;
  }
}
