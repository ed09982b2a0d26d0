import { createHash } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { isNodeError } from "../errors/node-error.ts";
import { NotAFileError, readOwnFile } from "../storage/file-access.ts";
import { type FileUser, writeOwnFile } from "../storage/write-own-file.ts";
import { isVisibleWord } from "../text/sanitize.ts";

/**
 * A call that was started and whose secret may not have been delivered. It contains no secret, but the Idempotency-Key
 * recovers one from the server.
 */
export interface JournalEntry {
  readonly idempotencyKey: string;
  readonly begunOn: Date;
  /** The progress of the run, in a format that the run defines. */
  readonly notes: readonly string[];
}

/** How long a server returns the same response again (contract, section 4). */
const keptMs = 24 * 60 * 60 * 1000;

/** Reads an entry. Returns null if there is none, if it is not valid, or if the server no longer keeps its response. */
export async function readEntry(path: string, now: Date): Promise<JournalEntry | null> {
  let text: string;
  try {
    text = readOwnFile(path).text;
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return null;
    if (!(error instanceof NotAFileError)) throw error;
    throw new CliError("FILE_FAILED", `${path} cannot be read: ${error.message}.`, { cause: error });
  }
  const entry = parseEntry(text);
  return entry !== null && isKept(entry, now) ? entry : null;
}

function isKept({ begunOn }: JournalEntry, now: Date): boolean {
  return Math.abs(now.getTime() - begunOn.getTime()) < keptMs;
}

/** Writes an entry with mode 0600 and syncs it. Throws FILE_FAILED. */
export async function writeEntry(
  user: FileUser,
  path: string,
  entry: JournalEntry,
  identity: CallIdentity,
): Promise<void> {
  const { idempotencyKey, begunOn, notes } = entry;
  const content = { version: 1, ...identity, idempotencyKey, begunOn: begunOn.toISOString(), notes };
  await writeOwnFile(user, path, `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * Removes expired entries. The age of an entry is computed with the server's time, as `now` is. The age of other files
 * is computed with this machine's clock. Never throws.
 */
export async function removeOldEntries(directory: string, now: Date, machineNow: Date): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names) {
    const path = join(directory, name);
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile()) continue;
    const entry = name.endsWith(".json") ? readAnyEntry(path) : null;
    const isOld = entry === null ? machineNow.getTime() - found.mtimeMs > keptMs : !isKept(entry, now);
    if (isOld) await rm(path, { force: true }).catch(() => {});
  }
}

function readAnyEntry(path: string): JournalEntry | null {
  try {
    return parseEntry(readOwnFile(path).text);
  } catch {
    return null;
  }
}

function parseEntry(text: string): JournalEntry | null {
  try {
    const { version, idempotencyKey, begunOn, notes = [] }: Record<string, unknown> = JSON.parse(text);
    if (version !== 1 || typeof idempotencyKey !== "string" || typeof begunOn !== "string") return null;
    const date = new Date(begunOn);
    const isRight = isVisibleWord(idempotencyKey, 255) && !Number.isNaN(date.getTime());
    const known = Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : [];
    return isRight ? { idempotencyKey, begunOn: date, notes: known } : null;
  } catch {
    return null;
  }
}

/**
 * The identity of a call. Two runs with the same identity make the same call, so the second gets the response of the
 * first.
 */
export interface CallIdentity {
  readonly operation: "create" | "rotate" | "rotate-staged";
  readonly server: string;
  /** IDs of the company and user, if the call depends on them. Null if the server does not return them. */
  readonly caller: { readonly companyId: string; readonly userId: string } | null;
  /** ID of the key, or name of a key to create. */
  readonly key: string;
  /** The other values in the request. A server rejects the same Idempotency-Key with a different body. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Returns a file name that depends on the call but reveals nothing about it. */
export function nameCall({ operation, server, caller, key, input }: CallIdentity): string {
  const inputs = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  const text = JSON.stringify([operation, server, caller?.companyId, caller?.userId, key, inputs]);
  return `${operation}-${createHash("sha256").update(text).digest("hex").slice(0, 24)}`;
}
