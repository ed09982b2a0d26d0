import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot, serverEntry } from "./paths.ts";

/** A package with a build, and the packages whose code the build contains. */
const contents = {
  sdk: ["sdk"],
  cli: ["cli", "sdk"],
  dashboard: ["dashboard", "sdk"],
  server: ["server", "dashboard", "sdk"],
} as const;

function findTime(root: string, patterns: readonly string[], choose: (...times: number[]) => number): number {
  const paths = globSync(patterns.map((pattern) => join(root, pattern))).filter((path) => !path.endsWith(".test.ts"));
  const times = paths.map((path) => statSync(path).mtimeMs);
  return times.length === 0 ? Number.NaN : choose(...times);
}

/** Returns whether the build of a package is newer than its sources. Null if it is not built. */
export function isBuildFresh(name: keyof typeof contents, root = repositoryRoot): boolean | null {
  const built = findTime(root, [`packages/${name}/dist/{*,assets/*}.js`], Math.min);
  if (Number.isNaN(built)) return null;
  const sources = contents[name].flatMap((part) => [
    `packages/${part}/src/**/*.{ts,tsx,css}`,
    `packages/${part}/{tsup,vite}.config.ts`,
  ]);
  return findTime(root, sources, Math.max) <= built;
}

/**
 * Throws if the package is not built, or if its build is older than its sources. Otherwise, a test of the build would
 * not test a change of the sources.
 */
export function requireFreshBuild(name: keyof typeof contents, root = repositoryRoot): void {
  const isFresh = isBuildFresh(name, root);
  if (isFresh === null) throw new Error(`packages/${name}/dist is missing. Build it: pnpm build`);
  if (!isFresh) throw new Error(`packages/${name}/dist is older than its sources. Build it again: pnpm build`);
}

/** Returns the server program for tests: the build, which starts twice as fast, or the sources if they are newer. */
export function findServerProgram(): string {
  return isBuildFresh("server") ? serverEntry : join(repositoryRoot, "packages/server/src/main.ts");
}
