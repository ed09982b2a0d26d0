import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const cache = fileURLToPath(new URL("../../../../node_modules/.cache/node-versions", import.meta.url));

/**
 * Returns the path of a Node binary of this major version. Installs the npm package `node` into node_modules/.cache.
 * If npm refuses to run the package's install script, which downloads the binary, this function runs it.
 */
export function findNode(major: number): string {
  const prefix = join(cache, String(major));
  const folder = join(prefix, "node_modules", "node");
  const binary = join(folder, "bin", "node");
  if (isNode(binary, major)) return binary;
  mkdirSync(prefix, { recursive: true });
  const install = ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--no-package-lock", `node@${major}`];
  execFileSync("npm", install, { stdio: "pipe", timeout: 240_000 });
  if (!isNode(binary, major)) {
    execFileSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: folder, stdio: "pipe", timeout: 240_000 });
  }
  if (!isNode(binary, major)) throw new Error(`npm gave no working Node ${major} in ${folder}`);
  return binary;
}

function isNode(binary: string, major: number): boolean {
  if (!existsSync(binary)) return false;
  return execFileSync(binary, ["--version"], { encoding: "utf8" }).startsWith(`v${major}.`);
}
