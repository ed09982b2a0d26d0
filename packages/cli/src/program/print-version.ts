import type { Writable } from "node:stream";
import { version } from "../config/version.ts";
import { writeAll } from "../terminal/write-all.ts";

/**
 * Answers `briksync --version` at once, without loading the commands, which is most of what a start costs. Returns false where
 * something else was asked for, or where printing failed: the program then sees to it, and reports it.
 */
export async function hasPrintedVersion(argv: readonly string[], stdout: Writable): Promise<boolean> {
  const isAsked = argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
  return isAsked && (await writeAll(stdout, `${version}\n`)) === null;
}
