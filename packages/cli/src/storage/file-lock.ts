import { randomBytes } from "node:crypto";
import { type FileHandle, open, readFile, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../errors/cli-error.ts";
import { isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { adviseOnOwner } from "./file-access.ts";
import { findOwner, makeOwnDirectory } from "./write-own-file.ts";

/** What a lock needs to know: whose it is, how to see that a holder is gone, and when to give up waiting. */
export interface LockOptions {
  readonly host: Pick<Host, "processId" | "processSpace" | "hostName" | "isProcessAlive" | "userId">;
  readonly signal?: AbortSignal;
  /** How long to wait for another holder; default 20 s. */
  readonly waitMs?: number;
  /** Told once, when somebody else is found to have the lock; null where it cannot be read. */
  readonly onWait?: (holder: LockHolder | null) => void;
  /** The error for a lock that was not to be had in time; default BUSY with the lock's path. */
  readonly explainBusy?: (holder: LockHolder | null) => CliError;
  /** A lock whose holder has not touched it for this long is dead, whatever its process ID says; default 15 s. */
  readonly staleMs?: number;
}

const staleMsDefault = 15_000;

/** How many times a holder touches its lock before it counts as dead. */
const heartbeats = 5;

/** Whose a lock is. */
export interface LockHolder {
  readonly processId: number;
  readonly hostName: string;
}

interface Holder extends LockHolder {
  readonly token: string;
  /** What `processId` is relative to; null where the holder could not tell. A lock of an older version has none, and its holder counts as near. */
  readonly processSpace?: string | null;
}

/**
 * Runs `work` while no other process does so under the same lock file. A lock left behind by a killed process is recognized (its process is
 * gone, or it has not been touched for `staleMs`) and taken over. A process ID counts only where it means the same process: in the same boot and
 * the same PID namespace. Throws BUSY after `waitMs`.
 */
export async function withFileLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const holder: Holder = {
    processId: options.host.processId,
    hostName: options.host.hostName,
    processSpace: options.host.processSpace ?? null,
    token: randomBytes(8).toString("hex"),
  };
  await makeLockDirectory(path, options);
  await acquire(path, holder, options);
  const heartbeat = setInterval(
    () => {
      const now = new Date();
      utimes(path, now, now).catch(() => {});
    },
    (options.staleMs ?? staleMsDefault) / heartbeats,
  );
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await release(path, holder);
  }
}

async function acquire(path: string, holder: Holder, options: LockOptions): Promise<void> {
  const deadline = performance.now() + (options.waitMs ?? 20_000);
  let isWaiting = false;
  const watched = new Map<string, Sighting>();
  while (!(await tryCreate(path, holder, options))) {
    if (await breakIfStale(path, holder, options, watched)) continue;
    if (performance.now() > deadline) throw explainBusy(path, await readHolder(path), options);
    if (!isWaiting) options.onWait?.(await readHolder(path));
    isWaiting = true;
    await sleep(20 + Math.floor(Math.random() * 40), undefined, options.signal ? { signal: options.signal } : {});
  }
}

function explainBusy(path: string, holder: LockHolder | null, { explainBusy: explain }: LockOptions): CliError {
  if (explain !== undefined) return explain(holder);
  return new CliError("BUSY", `Another briksync process holds the lock ${path}.`, {
    hint: "Try again when it has ended. If no briksync process is running, remove that file.",
  });
}

async function makeLockDirectory(path: string, { host }: LockOptions): Promise<void> {
  try {
    await makeOwnDirectory(host, dirname(path));
  } catch (error) {
    throw explainUnwritable(path, error, host);
  }
}

async function tryCreate(path: string, holder: Holder, { host }: LockOptions): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "wx", 0o600);
    await file.writeFile(JSON.stringify(holder));
    const owner = await findOwner(host, dirname(path));
    if (owner !== undefined) await file.chown(owner.uid, owner.gid);
    return true;
  } catch (error) {
    if (isNodeError(error, "EEXIST")) return false;
    // On a full disk the file may be there without its content; it must not look like somebody's lock.
    if (file !== undefined) await rm(path, { force: true }).catch(() => {});
    throw explainUnwritable(path, error, host);
  } finally {
    await file?.close();
  }
}

function explainUnwritable(path: string, error: unknown, host: LockOptions["host"]): CliError {
  return new CliError("FILE_FAILED", `Could not create the lock ${path}: ${String(error)}.`, {
    hint: isNodeError(error, "EACCES", "EPERM") ? adviseOnOwner(dirname(path), host) : undefined,
    cause: error,
  });
}

// Two waiters that both see a dead lock must not remove each other's fresh one. So a waiter removes only while it holds
// a second, very short lock, and looks again after it got that. True where a dead lock was removed.
async function breakIfStale(
  path: string,
  holder: Holder,
  options: LockOptions,
  watched: Map<string, Sighting>,
): Promise<boolean> {
  if (!(await isStale(path, options, watched))) return false;
  const guard = `${path}.break`;
  if (!(await tryCreate(guard, holder, options))) {
    if (await isStale(guard, options, watched)) await rm(guard, { force: true });
    return false;
  }
  try {
    const isDead = await isStale(path, options, watched);
    if (isDead) await rm(path, { force: true });
    return isDead;
  } finally {
    await rm(guard, { force: true });
  }
}

/** When a lock was first seen as it is. */
interface Sighting {
  readonly mtimeMs: number;
  readonly sinceMs: number;
}

// Clocks are set, and machines that share files disagree about the time. So a lock that looks old is watched, by the monotonic clock, for as long as
// a living holder could take to touch it.
async function isStale(path: string, options: LockOptions, watched: Map<string, Sighting>): Promise<boolean> {
  const { host, staleMs = staleMsDefault } = options;
  try {
    const { mtimeMs } = await stat(path);
    const holder = await readHolder(path);
    if (holder !== null && sharesProcessIds(holder, host) && !host.isProcessAlive(holder.processId)) return true;
    if (Math.abs(Date.now() - mtimeMs) <= staleMs) return false;
    const nowMs = performance.now();
    const seen = watched.get(path);
    if (seen?.mtimeMs === mtimeMs) return nowMs - seen.sinceMs > (2 * staleMs) / heartbeats;
    watched.set(path, { mtimeMs, sinceMs: nowMs });
    return false;
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return false;
    throw error;
  }
}

// Whether the holder's process ID means the same process here.
function sharesProcessIds(holder: Holder, { hostName, processSpace }: LockOptions["host"]): boolean {
  if (holder.hostName !== hostName) return false;
  return holder.processSpace === undefined || holder.processSpace === processSpace;
}

async function release(path: string, holder: Holder): Promise<void> {
  const current = await readHolder(path);
  if (current?.token === holder.token) await rm(path, { force: true });
}

function readHolder(path: string): Promise<Holder | null> {
  return readFile(path, "utf8").then(parseHolder, () => null);
}

function parseHolder(text: string): Holder | null {
  try {
    const holder: Holder = JSON.parse(text);
    return holder;
  } catch {
    // Its creator is between creating and writing it, or died there; then only its age tells.
    return null;
  }
}
