import type { Writable } from "node:stream";
import { version } from "../config/version.ts";
import { writeAll } from "../terminal/write-all.ts";

/**
 * Prints the version for `briksync --version` without loading the commands, which take most of the start-up time.
 * Returns false for other arguments, or if printing failed. The program then handles and reports it.
 */
export async function hasPrintedVersion(argv: readonly string[], stdout: Writable): Promise<boolean> {
  const isAsked = argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
  return isAsked && (await writeAll(stdout, `${version}\n`)) === null;
}
