import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "../paths.ts";
import { buildArchive } from "./build-archive.ts";
import { buildDebianPackage } from "./build-debian-package.ts";
import { bundleCli, provideExecutable } from "./build-executable.ts";
import { buildSbom } from "./build-sbom.ts";
import { type BundledPackage, formatLicenses } from "./bundled-packages.ts";
import { fetchNode } from "./fetch-node.ts";
import { findOwnPlatform, type Platform } from "./platforms.ts";
import { buildPlatformPackage, writeReleaseFiles } from "./release-files.ts";
import { runTool } from "./run-tool.ts";

/** The folder that gets all release files. */
export const outputDirectory = join(repositoryRoot, "dist");

/** The packages that are published as tarballs. */
const publishedPackages = ["cli", "sdk", "server"];

/** Returns the version of the CLI, which all packages share. */
export function readVersion(): string {
  return JSON.parse(readFileSync(join(repositoryRoot, "packages/cli/package.json"), "utf8")).version;
}

/** Builds what depends on the platform of this machine: the archive, the npm package and, on Debian, the .deb. */
export async function buildPlatformFiles(platform: Platform, directory: string): Promise<void> {
  const executable = await provideExecutable(platform);
  const { packages } = await bundleCli();
  const licenses = await collectLicenses(platform, packages);
  const version = readVersion();
  await buildArchive({ platform, executable, version, licenses, outputDirectory: directory });
  buildPlatformPackage({ platform, executable, version, licenses, outputDirectory: directory });
  const { debianArchitecture: architecture } = platform;
  if (architecture !== undefined) {
    buildDebianPackage({ executable, version, architecture, licenses, outputDirectory: directory });
  }
}

/** Builds what is the same on all platforms: the tarballs, the SBOMs and the files that name all archives. */
export async function buildCommonFiles(directory: string): Promise<void> {
  const version = readVersion();
  for (const name of publishedPackages) {
    runTool("pnpm", ["pack", "--pack-destination", directory], { cwd: join(repositoryRoot, "packages", name) });
  }
  const { packages } = await bundleCli();
  const sboms = {
    cli: buildSbom({ packageName: "@briksync/cli", bundled: packages, containsNode: true }),
    sdk: buildSbom({ packageName: "@briksync/sdk", bundled: packages.filter(({ name }) => name === "undici") }),
    server: buildSbom({ packageName: "@briksync/server" }),
  };
  for (const [name, sbom] of Object.entries(sboms)) {
    writeFileSync(join(directory, `briksync-${name}-${version}.cdx.json`), sbom);
  }
  writeReleaseFiles(directory, version);
}

async function collectLicenses(platform: Platform, packages: readonly BundledPackage[]): Promise<string> {
  const nodeLicense = readFileSync(join(await fetchNode(platform), "../../LICENSE"), "utf8");
  const node = { name: "node", license: "MIT and others", licenseText: nodeLicense };
  return formatLicenses([node, ...packages]);
}

// `platform` and `common` build one part each. For a release, each platform is built on a separate machine.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [part = "all"] = process.argv.slice(2);
  if (part === "all") rmSync(outputDirectory, { recursive: true, force: true });
  mkdirSync(outputDirectory, { recursive: true });
  if (part !== "common") await buildPlatformFiles(findOwnPlatform(), outputDirectory);
  if (part !== "platform") await buildCommonFiles(outputDirectory);
}
