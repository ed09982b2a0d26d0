import { createUnavailableError } from "./fetch-id-token.ts";

const programTimeoutMs = 20_000;
const maxBytes = 64 * 1024;

/**
 * Returns a module of the runtime. It does not use `import`, because edge workers lack these modules. Deno and Bun have
 * the same function as Node.
 */
function loadModule<Name extends "fs/promises" | "child_process">(name: Name) {
  const runtime = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const module = runtime?.getBuiltinModule?.(name);
  if (module === undefined)
    throw createUnavailableError(`This runtime has no ${name}. Pass workloadIdentity.getIdToken.`);
  return module as Name extends "fs/promises" ? typeof import("node:fs/promises") : typeof import("node:child_process");
}

/** Returns the environment variables of this process, or none if the runtime has no process. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env ?? {};
}

/** Returns the content of a file. */
export async function readTextFile(path: string): Promise<string> {
  return loadModule("fs/promises").readFile(path, "utf8");
}

/** Returns the output of a program. Throws if it fails, prints too much or runs for more than 20 seconds. */
export async function runProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const { execFile } = loadModule("child_process");
  const options = { env: { ...env }, timeout: programTimeoutMs, maxBuffer: maxBytes, windowsHide: true };
  return new Promise((resolve, reject) => {
    const child = execFile(program, [...args], options, (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
    child.stdin?.end();
  });
}
