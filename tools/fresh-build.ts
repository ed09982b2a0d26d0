import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./paths.ts";

/** A package that is built, and the packages whose code its build contains. */
const contents = {
  sdk: ["sdk"],
  cli: ["cli", "sdk"],
  dashboard: ["dashboard", "sdk"],
  server: ["server", "dashboard", "sdk"],
} as const;

function findTime(root: string, patterns: readonly string[], choose: (...times: number[]) => number): number {
  const times = globSync(patterns.map((pattern) => join(root, pattern))).map((path) => statSync(path).mtimeMs);
  return times.length === 0 ? Number.NaN : choose(...times);
}

/**
 * Throws unless the package is built and its build is newer than its sources. Without this, a test of the built program says
 * nothing about a change of the sources.
 */
export function requireFreshBuild(name: keyof typeof contents, root = repositoryRoot): void {
  const built = findTime(root, [`packages/${name}/dist/{*,assets/*}.js`], Math.min);
  if (Number.isNaN(built)) throw new Error(`packages/${name}/dist is missing. Build it: pnpm build`);
  const sources = contents[name].flatMap((part) => [
    `packages/${part}/src/**/*.{ts,tsx,css}`,
    `packages/${part}/{tsup,vite}.config.ts`,
  ]);
  if (findTime(root, sources, Math.max) > built) {
    throw new Error(`packages/${name}/dist is older than its sources. Build it again: pnpm build`);
  }
}
