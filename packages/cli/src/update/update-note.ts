import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCacheDirectory } from "../config/cache-directory.ts";
import type { Host } from "../host.ts";

/** What the CLI remembers about updates. Times are in milliseconds. */
export interface UpdateNote {
  readonly latest?: string;
  readonly checkedAt: number;
  readonly shownAt: number;
}

/** Returns the path of the note in the user's cache directory, or undefined if there is no private directory. */
export function findNotePath({ env, platform, userId }: Host): string | undefined {
  const directory = findCacheDirectory(env, platform, userId);
  return directory === undefined ? undefined : join(dirname(directory), "update.json");
}

/** Reads the note. A missing or damaged note counts as empty. */
export function readNote(path: string): UpdateNote {
  try {
    const { latest, checkedAt, shownAt }: Record<string, unknown> = JSON.parse(readFileSync(path, "utf8"));
    const isVersion = typeof latest === "string" && /^\d+\.\d+\.\d+$/.test(latest);
    return { ...(isVersion && { latest }), checkedAt: Number(checkedAt) || 0, shownAt: Number(shownAt) || 0 };
  } catch {
    return { checkedAt: 0, shownAt: 0 };
  }
}

/** Replaces the note. Throws if the directory cannot be written. */
export function writeNote(path: string, note: UpdateNote, processId: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.${processId}`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${path}.${processId}`, path);
}
