import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { extract } from "tar";
import { nameArchive } from "./build-archive.ts";
import { outputDirectory, readVersion } from "./main.ts";
import { findOwnPlatform, nameProgram } from "./platforms.ts";

/** Unpacks the archive of this platform from dist/ and runs its program once. Throws if it does not work. */
const platform = findOwnPlatform();
const version = readVersion();
const directory = mkdtempSync(join(tmpdir(), "briksync-try-"));
try {
  await extract({ file: join(outputDirectory, nameArchive(version, platform)), cwd: directory });
  const program = join(directory, "bin", nameProgram(platform));
  const printed = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (printed.stdout?.trim() !== version) throw new Error(`${program} printed ${printed.stdout}${printed.stderr}`);
  const help = spawnSync(program, ["keys", "rotate", "--help"], { encoding: "utf8" });
  if (help.status !== 0) throw new Error(`${program} ended with ${help.status}: ${help.stderr}`);
  console.log(`${nameArchive(version, platform)} works: ${version}`);
} finally {
  rmSync(directory, { recursive: true });
}
