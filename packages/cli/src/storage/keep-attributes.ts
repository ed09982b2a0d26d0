import { execFile } from "node:child_process";
import { chmod, chown, stat } from "node:fs/promises";
import { CliError } from "../errors/cli-error.ts";
import { isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";

/** Time limit for copying the attributes of one file. */
const copyTimeoutMs = 10_000;

/**
 * Copies everything except the content from `from` to `to`: owner, group, permissions with their special bits, access
 * control list and extended attributes. Node has no call for the last two, so on Linux `cp` of GNU coreutils copies
 * them. On macOS, they are not copied. Throws FILE_FAILED if an attribute cannot be preserved.
 */
export async function keepAttributes(
  from: string,
  to: string,
  { platform, env }: Pick<Host, "platform" | "env">,
): Promise<void> {
  if (platform === "win32") return;
  const wanted = await stat(from);
  if (platform === "linux") {
    await copyByProgram(from, to, env["PATH"]);
  } else {
    const created = await stat(to);
    if (created.uid !== wanted.uid || created.gid !== wanted.gid) await chown(to, wanted.uid, wanted.gid);
    await chmod(to, wanted.mode & 0o7777);
  }
  const created = await stat(to);
  const isKept = created.uid === wanted.uid && created.gid === wanted.gid && created.mode === wanted.mode;
  if (!isKept)
    throw createNotKeptError(from, "its owner, group or permissions would change", "To see them, run: ls -l");
}

function copyByProgram(from: string, to: string, path: string | undefined): Promise<void> {
  const args = ["--attributes-only", "--preserve=mode,ownership,xattr", "--", from, to];
  return new Promise((resolve, reject) => {
    // Pass only PATH, so that another program receives no credentials.
    execFile("cp", args, { env: { PATH: path, LC_ALL: "C" }, timeout: copyTimeoutMs }, (error, _stdout, stderr) => {
      if (error === null) return resolve();
      const isMissing = isNodeError(error, "ENOENT") || /unrecognized option|BusyBox/i.test(stderr);
      const [line = error.message] = stderr.trim().split("\n");
      reject(
        isMissing
          ? createNotKeptError(
              from,
              "this requires cp of GNU coreutils",
              "Install it, for example with: apk add coreutils",
            )
          : createNotKeptError(from, line.replaceAll(to, "the new file")),
      );
    });
  });
}

function createNotKeptError(path: string, reason: string, hint?: string): CliError {
  const what = `The owner, permissions and attributes of ${path} cannot be preserved: ${reason}.`;
  return new CliError("FILE_FAILED", `${what} The file was not changed.`, { hint });
}
