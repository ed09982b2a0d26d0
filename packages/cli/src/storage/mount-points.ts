import { readFile } from "node:fs/promises";

/**
 * Whether something is mounted at exactly this path, as container runtimes do with single files. Such a file cannot be replaced, only
 * written. False where the system does not tell, which is everywhere but on Linux.
 */
export async function isMountPoint(path: string): Promise<boolean> {
  const table = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return table.split("\n").some((line) => unescapePath(line.split(" ")[4] ?? "") === path);
}

// Blanks, line ends and backslashes stand there as octal numbers (proc(5)).
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
