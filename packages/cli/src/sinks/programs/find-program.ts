import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Host } from "../../host.ts";

/**
 * Returns the path of a program in PATH, or null. Uses absolute entries only. A relative entry could lead to a program
 * of another user, and the program receives a secret.
 */
export async function findProgram(
  name: string,
  { env, platform }: Pick<Host, "env" | "platform">,
): Promise<string | null> {
  const directories = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
  // Batch files can only be started by a shell, which would parse the arguments again.
  const file = platform === "win32" ? `${name}.exe` : name;
  for (const directory of directories) {
    const path = join(directory, file);
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
