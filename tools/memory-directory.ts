import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

const memoryFiles = "/dev/shm";
const freeBytesMin = 8 * 1024 ** 3;

/**
 * Keeps the temporary files of this process and its children in memory, if Linux has room for them, so that tests do
 * not wait for the disk. Tests kill processes but not the machine, so no file is lost. Removes the files when this
 * process ends.
 */
export function keepTemporaryFilesInMemory(): void {
  if (process.env["TMPDIR"] !== undefined || !hasRoom()) return;
  const directory = mkdtempSync(join(memoryFiles, "briksync-tests-"));
  // The mode is that of /tmp, because PostgreSQL and some tests run as another user.
  chmodSync(directory, 0o1777);
  process.env["TMPDIR"] = directory;
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
}

function hasRoom(): boolean {
  try {
    const [, , type, options] =
      readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .map((line) => line.split(" "))
        .findLast(([, path]) => path === memoryFiles) ?? [];
    // Tests also run programs from this folder.
    if (type !== "tmpfs" || /\b(ro|noexec)\b/.test(options ?? "")) return false;
    const { bavail, bsize } = statfsSync(memoryFiles);
    return bavail * bsize >= freeBytesMin;
  } catch {
    // This is not Linux.
    return false;
  }
}
