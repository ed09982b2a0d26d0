import { spawn } from "node:child_process";
import { cliPath } from "./cli-process.ts";

/** The result of a script. */
export interface ShellResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script in `/bin/sh`, in which `briksync` is the built CLI. Use it for redirections that require a shell.
 * Throws if the script does not end in time.
 */
export function runShell(
  script: string,
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
): Promise<ShellResult> {
  const prelude = 'briksync() { "$NODE" "$CLI" "$@"; }\n';
  const child = spawn("/bin/sh", ["-c", prelude + script], {
    cwd: options.cwd,
    env: { ...options.env, NODE: process.execPath, CLI: cliPath },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes) => {
    stdout += bytes;
  });
  child.stderr.on("data", (bytes) => {
    stderr += bytes;
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The script did not end:\n${script}`));
    }, 30_000);
    child.on("close", (exitCode) => {
      clearTimeout(timer);
      resolve({ exitCode, stdout, stderr });
    });
  });
}
