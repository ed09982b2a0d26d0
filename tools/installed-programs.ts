import { spawnSync } from "node:child_process";

/** Why tests that need these programs cannot run on this machine; undefined where they can. In CI they must run, and then fail. */
export function findMissingPrograms(...programs: readonly string[]): string | undefined {
  if (process.env["CI"] === "true") return undefined;
  const missing = programs.filter((program) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0);
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}
