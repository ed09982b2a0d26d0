import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findCacheDirectory } from "../config/user-directories.ts";
import { releaseAddress, version } from "../config/version.ts";
import type { Context } from "../context.ts";
import type { Host } from "../host.ts";
import { withoutCredentials } from "../terminal/without-credentials.ts";

const timeoutMs = 5000;

/**
 * Returns the address of the file that names the latest version, or undefined if this build has none. It is a JSON
 * object with the field `version`, as in the npm registry. BRIKSYNC_UPDATE_URL overrides the address of the build.
 */
export function findReleaseAddress(env: Host["env"]): URL | undefined {
  const text = env["BRIKSYNC_UPDATE_URL"] || releaseAddress;
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isLoopback = ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback) ? url : undefined;
}

/**
 * Returns the latest version that an address names. Sends nothing about the user or this installation. Throws if there
 * is no valid response within 5 seconds.
 */
export async function fetchLatestVersion(address: URL, signal?: AbortSignal): Promise<string> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(address, {
    headers: { accept: "application/json", "user-agent": "briksync" },
    credentials: "omit",
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  });
  if (!response.ok) throw new Error(`the response has status ${response.status}`);
  const { version } = (await response.json()) as { version?: unknown };
  // Nothing else may reach the terminal.
  if (typeof version !== "string" || !/^\d{1,6}\.\d{1,6}\.\d{1,6}$/.test(version)) {
    throw new Error("the response contains no version");
  }
  return version;
}

/** Returns whether a version such as `1.10.0` is newer than another. */
export function isNewer(version: string, other: string): boolean {
  const parts = other.split(".").map(Number);
  for (const [index, part] of version.split(".").map(Number).entries()) {
    const difference = part - (parts[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** The stored information about updates. Times are in milliseconds. */
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

const dayMs = 24 * 60 * 60 * 1000;

/** The hidden command that looks up the latest version in the background. */
const checkCommand = "__check-update";

/**
 * Tells a person at a terminal once a day that a newer version exists. It never waits: a separate process looks up the
 * latest version, and a later run prints the notice. It never throws.
 */
export function notifyOfUpdate({ host, io, globals, env }: Context): void {
  const isOff = globals.isQuiet || !io.isStatusTty || Boolean(env["CI"]) || Boolean(env["BRIKSYNC_NO_UPDATE_NOTIFIER"]);
  if (isOff || findReleaseAddress(env) === undefined) return;
  const path = findNotePath(host);
  if (path === undefined) return;
  try {
    const note = readNote(path);
    const now = host.now().getTime();
    const isShown = isRecent(note.shownAt, now);
    if (note.latest !== undefined && isNewer(note.latest, version) && !isShown) {
      io.writeStatus(
        `\nbriksync ${note.latest} is available. You have ${version}. To see how to update, run: briksync version --check`,
      );
      writeNote(path, { ...note, shownAt: now }, host.processId);
    } else if (!isRecent(note.checkedAt, now)) {
      // Written first, so that a failing check is not repeated with every command.
      writeNote(path, { ...note, checkedAt: now }, host.processId);
      const options = { detached: true, stdio: "ignore", windowsHide: true, env: withoutCredentials(env) } as const;
      spawn(host.nodePath, [...host.programArguments, checkCommand], options)
        .on("error", () => {})
        .unref();
    }
  } catch {
    // The command has succeeded. A full disk or a missing program must not change that.
  }
}

// A time in the future comes from a wrong clock.
function isRecent(time: number, now: number): boolean {
  return time <= now && now - time < dayMs;
}
