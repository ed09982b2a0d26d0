#!/usr/bin/env node
// Starts the executable of this platform, or the JavaScript build if npm did not install the executable. It is plain
// old JavaScript, because the executable also runs where Node is too old for the JavaScript build.
const { spawn } = require("node:child_process");
const { pathToFileURL } = require("node:url");

function findExecutable() {
  const program = process.platform === "win32" ? "briksync.exe" : "briksync";
  try {
    return require.resolve(`@briksync/cli-${process.platform}-${process.arch}/bin/${program}`);
  } catch (_) {
    return undefined;
  }
}

function runJavaScript() {
  return import(pathToFileURL(require.resolve("@briksync/cli/dist/bin.js")).href);
}

function runExecutable(path) {
  const child = spawn(path, process.argv.slice(2), { stdio: "inherit" });
  // A terminal sends Ctrl-C to both processes. The program decides what it does.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("error", runJavaScript);
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const executable = findExecutable();
if (executable === undefined) runJavaScript();
else runExecutable(executable);
