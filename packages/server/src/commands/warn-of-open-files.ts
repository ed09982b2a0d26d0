import { statSync } from "node:fs";
import type { DatabaseLocation } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/** The database, last uses, and what SQLite keeps beside both. */
const suffixes = ["", "-wal", "-shm", "-uses", "-uses-wal", "-uses-shm"];

/**
 * Warns of files of the database that other users of the machine can read or change. They contain no secret in clear, but who
 * has which keys, and password hashes. (The secrets file is refused, see `server-secrets.ts`.)
 */
export function warnOfOpenFiles(terminal: Pick<Terminal, "say">, location: DatabaseLocation): void {
  if (location.engine !== "sqlite" || location.path === ":memory:") return;
  const open = suffixes
    .map((suffix) => `${location.path}${suffix}`)
    .filter((path) => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0);
  if (open.length === 0) return;
  terminal.say(
    `warning: Other users of this machine can read or change ${open.join(", ")}. Run: chmod 600 ${open.join(" ")}`,
  );
}
