import { dirname, join } from "node:path";
import { CliError } from "../../errors/cli-error.ts";
import type { Host } from "../../host.ts";
import { fillPath, isUnknown } from "../placeholders.ts";
import type { KnownKey, SinkKey } from "../sink.ts";
import { type FileTarget, findFileTarget, requireDirectory } from "./file-target.ts";

/**
 * Returns the file of a destination. If the path depends on a key that does not exist yet, checks only the directory
 * and returns null. If the directory depends on the key too, only returns null. Throws like {@link findFileTarget}.
 */
export async function checkPath(path: string, key: SinkKey, host: Host): Promise<FileTarget | null> {
  const filled = fill(path, key, host);
  if (filled !== null) return findFileTarget(filled, host);
  const directory = fill(dirname(path), key, host);
  if (directory !== null) await requireDirectory(directory);
  return null;
}

/**
 * Returns the file of a destination for an existing key. A directory that contains a placeholder may be missing; it is
 * created with the file.
 */
export async function locateTarget(path: string, key: KnownKey, host: Host): Promise<FileTarget> {
  const filled = fill(path, key, host);
  if (filled === null) throw new CliError("UNEXPECTED", `Nothing is known to fill ${path} with.`);
  return findFileTarget(filled, host, isUnknown(dirname(path), { name: key.name }));
}

/** Replaces `~` with the home directory, because no shell expands it after a colon. */
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
