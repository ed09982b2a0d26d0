import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create } from "tar";
import { completionFiles, readLicense, readManPages } from "./install-tree.ts";
import { nameProgram, type Platform } from "./platforms.ts";
import { readCommitTime } from "./run-tool.ts";

/** Returns the name of a platform's archive. install.sh and the Homebrew formula download it. */
export function nameArchive(version: string, { name }: Pick<Platform, "name">): string {
  return `briksync-${version}-${name}.tar.gz`;
}

/** The input of an archive. */
export interface ArchiveInput {
  readonly platform: Platform;
  readonly executable: string;
  readonly version: string;
  readonly licenses: string;
  readonly outputDirectory: string;
}

/**
 * Builds the archive of a platform: the program in `bin`, and its pages and completions in `share`. Returns its path.
 */
export async function buildArchive(input: ArchiveInput): Promise<string> {
  const { platform, executable, version, licenses, outputDirectory } = input;
  const root = mkdtempSync(join(tmpdir(), "briksync-archive-"));
  const files = new Map([
    ["LICENSE", readLicense()],
    ["THIRD-PARTY-LICENSES", licenses],
    ...Object.entries(completionFiles).map(([path, script]) => [`share/${path}`, script] as const),
    ...[...readManPages()].map(([name, page]) => [`share/man/man${name.at(-1)}/${name}`, page] as const),
  ]);
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: 0o644 });
    }
    cpSync(executable, join(root, "bin", nameProgram(platform)));
    const file = join(outputDirectory, nameArchive(version, platform));
    mkdirSync(outputDirectory, { recursive: true });
    const names = [`bin/${nameProgram(platform)}`, ...[...files.keys()].sort()];
    // `portable` omits what differs between machines, such as owners.
    const options = { file, cwd: root, gzip: { level: 6 }, portable: true, mtime: new Date(readCommitTime() * 1000) };
    await create(options, names);
    return file;
  } finally {
    rmSync(root, { recursive: true });
  }
}
