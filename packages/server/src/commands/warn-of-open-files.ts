import { statSync } from "node:fs";
import type { DatabaseLocation } from "../store/open-store.ts";
import type { Terminal } from "./terminal.ts";

/** The database, the last-used file, and the files that SQLite keeps next to both. */
const suffixes = ["", "-wal", "-shm", "-uses", "-uses-wal", "-uses-shm"];

/**
 * Warns if other users of the machine can read or change database files. The files contain no plaintext secrets, but
 * personal data and password hashes. (For the secrets file, this is an error: see `server-secrets.ts`.)
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
