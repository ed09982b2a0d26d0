import { spawn } from "node:child_process";
import { version } from "../config/version.ts";
import type { Context } from "../context.ts";
import { withoutCredentials } from "../terminal/without-credentials.ts";
import { findNotePath, findReleaseAddress, isNewer, readNote, writeNote } from "./latest-version.ts";

const dayMs = 24 * 60 * 60 * 1000;

/** The hidden command that looks for the latest version in the background. */
export const checkCommand = "__check-update";

/**
 * Tells a person at a terminal once a day that a newer version exists. It never waits: a process of its own looks for
 * the latest version, and a later run prints the notice. It never throws.
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
