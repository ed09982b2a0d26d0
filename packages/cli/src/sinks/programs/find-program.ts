import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Host } from "../../host.ts";

/**
 * Where a program is, by PATH; null where it is not. Only absolute entries count: a directory that depends on where one stands could hold
 * anybody's program, and this one gets a secret.
 */
export async function findProgram(
  name: string,
  { env, platform }: Pick<Host, "env" | "platform">,
): Promise<string | null> {
  const directories = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
  // Batch files cannot be started without a shell, which would read the arguments anew.
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
