import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { nodeVersion, type Platform } from "./platforms.ts";
import { cacheDirectory, runTool } from "./run-tool.ts";

/**
 * Returns the path of Node for a platform, from an npm package whose digest is in this repository. Downloads it at the
 * first call, and keeps it in node_modules/.cache.
 */
export async function fetchNode({ node, os }: Platform): Promise<string> {
  const folder = join(cacheDirectory, `${node.package}-${nodeVersion}`);
  const binary = join(folder, "bin", os === "win32" ? "node.exe" : "node");
  if (existsSync(binary)) return binary;
  mkdirSync(cacheDirectory, { recursive: true });
  const packed = runTool("npm", ["pack", `${node.package}@${nodeVersion}`, "--silent"], { cwd: cacheDirectory });
  const tarball = join(cacheDirectory, packed.trim());
  const digest = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (digest !== node.integrity) throw new Error(`${node.package} ${nodeVersion} is not the expected file: ${digest}`);
  const unpacked = `${folder}.${process.pid}`;
  mkdirSync(unpacked);
  await extract({ file: tarball, cwd: unpacked, strip: 1 });
  if (!existsSync(folder)) renameSync(unpacked, folder);
  return binary;
}
