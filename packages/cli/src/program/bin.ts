#!/usr/bin/env node
// Only modules that are loaded after enableCompileCache are cached, so the program is imported below. An old version of
// Node also could not parse it.
import module from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { findCacheDirectory } from "../config/user-directories.ts";
import { isNodeNewEnough, nodeVersionMin, version } from "../config/version.ts";
import { writeAll } from "../terminal/streams.ts";
import { keepTerminalModes } from "./keep-terminal-modes.ts";

keepTerminalModes(process);
if (!isNodeNewEnough(process.versions.node)) {
  process.stderr.write(
    `error: briksync requires Node ${nodeVersionMin} or newer. This is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else if (!(await hasPrintedVersion(process.argv.slice(2)))) {
  const cache = findCacheDirectory(process.env, process.platform, process.geteuid?.());
  if (cache !== undefined) module.enableCompileCache(cache);
  const { main, readHost } = await import("./main.ts");
  // The other program of this package is in the same directory, both in the sources and in the build.
  const keychainChild = new URL(`./keychain-child${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
  process.exitCode = await main(
    readHost({
      programArguments: [fileURLToPath(import.meta.url)],
      keychainArguments: [fileURLToPath(keychainChild)],
    }),
  );
}

/**
 * Prints the version for `briksync --version` without loading the commands, which take most of the start-up time.
 * Returns false for other arguments, or if printing failed. The program then handles and reports it.
 */
async function hasPrintedVersion(argv: readonly string[]): Promise<boolean> {
  const isAsked = argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V");
  return isAsked && (await writeAll(process.stdout, `${version}\n`)) === null;
}
