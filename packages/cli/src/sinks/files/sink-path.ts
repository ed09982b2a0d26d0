import { dirname, join } from "node:path";
import { CliError } from "../../errors/cli-error.ts";
import type { Host } from "../../host.ts";
import { fillPath, isUnknown } from "../placeholders.ts";
import type { SinkKey } from "../sink.ts";
import { type FileTarget, findFileTarget, requireDirectory } from "./file-target.ts";

/**
 * Looks where the path of a sink leads. Of a path that names a key which is still to be made only the directory is looked at, unless that
 * is named after the key too; then null. Throws as {@link findFileTarget} does.
 */
export async function checkPath(path: string, key: SinkKey, host: Host): Promise<FileTarget | null> {
  const filled = fill(path, key, host);
  if (filled !== null) return findFileTarget(filled, host);
  const directory = fill(dirname(path), key, host);
  if (directory !== null) await requireDirectory(directory);
  return null;
}

/** The same when the key is there. Directories that only a placeholder names may be missing: they are made with the file. */
export async function locateTarget(path: string, key: Required<SinkKey>, host: Host): Promise<FileTarget> {
  const filled = fill(path, key, host);
  if (filled === null) throw new CliError("UNEXPECTED", `Nothing is known to fill ${path} with.`);
  return findFileTarget(filled, host, isUnknown(dirname(path), { name: key.name }));
}

/** A path with the home directory in place of `~`: no shell expands it behind a colon, and nobody means a directory of that name. */
export function expandHome(path: string, { homeDirectory }: Pick<Host, "homeDirectory">): string {
  if (!path.startsWith("~/")) return path;
  if (homeDirectory !== undefined) return join(homeDirectory, path.slice(2));
  throw new CliError("USAGE", `${path} cannot be found because this user has no home directory.`, {
    hint: "Use an absolute path.",
  });
}

function fill(path: string, key: SinkKey, host: Host): string | null {
  const filled = fillPath(path, key);
  return filled === null ? null : expandHome(filled, host);
}
