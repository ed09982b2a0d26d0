import { readFile } from "node:fs/promises";

/**
 * Returns whether this exact path is a mount point, as container runtimes create for single files. Such a file cannot
 * be replaced, only written. Returns false if the system does not tell, which means everywhere except on Linux.
 */
export async function isMountPoint(path: string): Promise<boolean> {
  const table = await readFile("/proc/self/mountinfo", "utf8").catch(() => "");
  return table.split("\n").some((line) => unescapePath(line.split(" ")[4] ?? "") === path);
}

// The file contains blanks, newlines and backslashes as octal numbers (proc(5)).
function unescapePath(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
