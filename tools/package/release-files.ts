import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArchiveInput, nameArchive } from "./build-archive.ts";
import { formatFormula } from "./formula.ts";
import { nameProgram, platforms } from "./platforms.ts";
import { runTool } from "./run-tool.ts";

const scope = "@briksync/cli";

/** Builds the npm package that contains the executable of one platform. */
export function buildPlatformPackage({ platform, executable, version, licenses, outputDirectory }: ArchiveInput): void {
  const { name, os, cpu, libc } = platform;
  packNpm(outputDirectory, (folder) => {
    const manifest = {
      ...describePackage(`${scope}-${name}`, version, `The briksync executable for ${name}`),
      os: [os],
      cpu: [cpu],
      ...(libc !== undefined && { libc: [libc] }),
    };
    writeFileSync(join(folder, "package.json"), formatJson(manifest));
    writeFileSync(join(folder, "THIRD-PARTY-LICENSES"), licenses);
    cpSync(executable, join(folder, "bin", nameProgram(platform)));
  });
}

/**
 * Writes the files that name all archives: the npm package that selects a platform, latest.json, install.sh, the
 * Homebrew formula and SHA256SUMS. The formula needs BRIKSYNC_BASE_URL, the address of the release files.
 */
export function writeReleaseFiles(
  directory: string,
  version: string,
  baseUrl = process.env["BRIKSYNC_BASE_URL"],
): void {
  packNpm(directory, (folder) => {
    const manifest = {
      ...describePackage(`${scope}-executable`, version, "The briksync CLI as an executable that needs no recent Node"),
      bin: { briksync: "bin/briksync.cjs" },
      dependencies: { [scope]: version },
      optionalDependencies: Object.fromEntries(platforms.map(({ name }) => [`${scope}-${name}`, version])),
    };
    writeFileSync(join(folder, "package.json"), formatJson(manifest));
    cpSync(new URL("launcher.cjs", import.meta.url), join(folder, "bin/briksync.cjs"));
  });
  writeFileSync(join(directory, "latest.json"), formatJson({ version }));
  const script = readFileSync(new URL("install.sh", import.meta.url), "utf8");
  const filled = script.replaceAll("@VERSION@", version).replaceAll("@BASE_URL@", baseUrl ?? "");
  writeFileSync(join(directory, "install.sh"), filled, { mode: 0o755 });
  if (baseUrl !== undefined) {
    const archives = platforms
      .map((platform) => ({ platform, file: nameArchive(version, platform) }))
      .filter(({ file }) => existsSync(join(directory, file)))
      .map((archive) => ({ ...archive, sha256: hashFile(join(directory, archive.file)) }));
    writeFileSync(join(directory, "briksync.rb"), formatFormula({ version, baseUrl, archives }));
  }
  writeSums(directory);
}

/** Writes SHA256SUMS over all files of a directory. */
function writeSums(directory: string): void {
  const names = readdirSync(directory).filter((name) => name !== "SHA256SUMS");
  const lines = names.sort().map((name) => `${hashFile(join(directory, name))}  ${name}\n`);
  writeFileSync(join(directory, "SHA256SUMS"), lines.join(""));
}

function hashFile(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

function describePackage(name: string, version: string, description: string): Record<string, unknown> {
  return { name, version, description, license: "MIT", files: ["bin", "THIRD-PARTY-LICENSES"] };
}

function formatJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function packNpm(outputDirectory: string, write: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "briksync-npm-"));
  try {
    mkdirSync(join(folder, "bin"));
    cpSync(new URL("../../LICENSE", import.meta.url), join(folder, "LICENSE"));
    write(folder);
    runTool("npm", ["pack", "--silent", "--pack-destination", outputDirectory], { cwd: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
