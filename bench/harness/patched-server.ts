import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { repositoryRoot } from "../../tools/paths.ts";

const copies = join(repositoryRoot, "bench/.tmp/tricks");
const server = "packages/server";

/** The folders of patches. A folder is named after what its tricks are measured with. */
export const trickLoads = ["sqlite", "allowlists", "postgres"] as const;
export type TrickLoad = (typeof trickLoads)[number];

/**
 * Returns the paths of the patches in a folder, below the repository. Each removes one trick from the server's sources.
 */
export function listPatches(load: TrickLoad): string[] {
  const folder = `bench/tricks/${load}`;
  const files = readdirSync(join(repositoryRoot, folder)).sort();
  return files.map((file) => `${folder}/${file}`);
}

/** Applies a patch to the sources in a folder. Throws an error that names the patch if they have changed too much. */
function applyPatch(patch: string, folder: string): void {
  // Keeps git from finding a repository. Inside one, it skips files that the patch does not name from the root.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: dirname(folder) };
  const { status, stderr } = spawnSync("git", ["apply", join(repositoryRoot, patch)], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new Error(`${patch} no longer applies to the server's sources. Write it again (bench/README.md).\n${stderr}`);
}

/**
 * Builds a copy of the server's sources, after applying a patch if there is one, as the server itself is built. Returns
 * the path of its entry.
 */
export function buildServerCopy(name: string, patch: string | null): string {
  const folder = join(copies, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, server), { recursive: true });
  for (const part of ["src", "package.json", "tsup.config.ts"]) {
    cpSync(join(repositoryRoot, server, part), join(folder, server, part), { recursive: true });
  }
  // The build reads dependencies and the built dashboard from there.
  for (const path of [`${server}/node_modules`, "packages/dashboard"]) {
    symlinkSync(join(repositoryRoot, path), join(folder, path));
  }
  if (patch !== null) applyPatch(patch, folder);
  const tsup = join(repositoryRoot, "node_modules/.bin/tsup");
  execFileSync(tsup, ["--silent"], { cwd: join(folder, server), stdio: ["ignore", "ignore", "inherit"] });
  return join(folder, server, "dist/main.js");
}
