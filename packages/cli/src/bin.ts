#!/usr/bin/env node
// Only what is loaded after this call is cached, so everything else stands behind the import below.
import module from "node:module";

module.enableCompileCache?.();

const { main, readHost } = await import("./main.ts");
process.exitCode = await main(readHost(import.meta.url));
