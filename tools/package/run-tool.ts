import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "../paths.ts";

/** The folder for downloads and finished executables. */
export const cacheDirectory = fileURLToPath(new URL("../../node_modules/.cache/package", import.meta.url));

/** Runs a program and returns its stdout. Throws with its output if it fails. */
export function runTool(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): string {
  return execFileSync(program, args, {
    cwd: options.cwd ?? repositoryRoot,
    env: { ...process.env, ...options.env },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
}

/** Returns the time of the last commit in seconds. All release files have it as their only time. */
export function readCommitTime(): number {
  return Number(process.env["SOURCE_DATE_EPOCH"] ?? runTool("git", ["log", "-1", "--format=%ct"]));
}
