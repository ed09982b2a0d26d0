import { spawnSync } from "node:child_process";

/**
 * Returns why tests that need these programs are skipped on this machine, or undefined if they run. In CI they are
 * never skipped, and fail instead.
 */
export function findMissingPrograms(...programs: readonly string[]): string | undefined {
  if (process.env["CI"] === "true") return undefined;
  const missing = programs.filter((program) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}
