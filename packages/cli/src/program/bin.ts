#!/usr/bin/env node
// Only modules that are loaded after enableCompileCache are cached, so the program is imported below. An old version of
// Node also could not parse it.
import module from "node:module";
import { findCacheDirectory } from "../config/cache-directory.ts";
import { isNodeNewEnough, nodeVersionMin } from "../config/node-version.ts";
import { hasPrintedVersion } from "./print-version.ts";

if (!isNodeNewEnough(process.versions.node)) {
  process.stderr.write(
    `error: briksync requires Node ${nodeVersionMin} or newer. This is Node ${process.versions.node}.\n`,
  );
  process.exitCode = 1;
} else if (!(await hasPrintedVersion(process.argv.slice(2), process.stdout))) {
  const cache = findCacheDirectory(process.env, process.platform, process.geteuid?.());
  if (cache !== undefined) module.enableCompileCache(cache);
  const { main, readHost } = await import("./main.ts");
  process.exitCode = await main(readHost(import.meta.url));
}
