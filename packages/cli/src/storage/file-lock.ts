import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { adviseOnOwner } from "./file-access.ts";
import { createOwnDirectory, findOwner } from "./write-own-file.ts";

/** Options of a lock: its holder, how to detect a stale holder, and how long to wait. */
export interface LockOptions {
  readonly host: Pick<Host, "processId" | "processSpace" | "hostName" | "isProcessAlive" | "userId">;
  readonly signal?: AbortSignal;
  /** Time to wait for another holder. Default: 20 s. */
  readonly waitMs?: number;
  /** Called once if another process holds the lock. The holder is null if it cannot be read. */
  readonly onWait?: (holder: LockHolder | null) => void;
  /** Returns the error if the lock is not available in time. Default: BUSY with the path of the lock. */
  readonly explainBusy?: (holder: LockHolder | null) => CliError;
  /** A lock that was not touched for this long is stale, whatever its process ID. Default: 15 s. */
  readonly staleMs?: number;
}

const staleMsDefault = 15_000;

/** Number of times that a holder touches its lock within `staleMs`. */
const heartbeats = 5;

/** The holder of a lock. */
export interface LockHolder {
  readonly processId: number;
  readonly hostName: string;
}

interface Holder extends LockHolder {
  readonly token: string;
  /**
   * The namespace of `processId`. Null if the holder could not determine it. Undefined in locks of older versions,
   * whose holders count as local.
   */
  readonly processSpace?: string | null;
}

/**
 * Runs `work` while no other process holds the same lock file. Takes over a stale lock, whose process no longer runs or
 * which was not touched for `staleMs`. A process ID counts only in the same boot and PID namespace. Throws BUSY after
 * `waitMs`.
 */
export async function withFileLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const holder: Holder = {
    processId: options.host.processId,
    hostName: options.host.hostName,
    processSpace: options.host.processSpace ?? null,
    token: randomBytes(8).toString("hex"),
  };
  await createOwnDirectory(options.host, dirname(path)).catch((error: unknown) => {
    throw explainUnwritable(path, error, options.host);
  });
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
    if ((await readHolder(path))?.token === holder.token) await rm(path, { force: true });
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
    hint: "Try again when it has ended. If that process no longer runs, remove the file.",
  });
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
    // On a full disk, the file may exist without content. It must not look like a lock.
    if (file !== undefined) await rm(path, { force: true }).catch(() => {});
    throw explainUnwritable(path, error, host);
  } finally {
    await file?.close();
  }
}

function explainUnwritable(path: string, error: unknown, host: LockOptions["host"]): CliError {
  return new CliError("FILE_FAILED", `Could not create the lock ${path}: ${explainSystemError(error)}.`, {
    hint: isNodeError(error, "EACCES", "EPERM") ? adviseOnOwner(dirname(path), host) : undefined,
    cause: error,
  });
}

// Removes a stale lock under a second, short lock, and checks again under it. Otherwise, one of two waiters could
// remove the new lock of the other. Returns true if it removed a lock.
async function breakIfStale(
  path: string,
  holder: Holder,
  options: LockOptions,
  watched: Map<string, Sighting>,
): Promise<boolean> {
  if (!(await isStale(path, options, watched))) return false;
  const guard = `${path}.break`;
  if (!(await tryCreate(guard, holder, options))) {
    const judged = await readHolder(guard);
    if (await isStale(guard, options, watched)) await removeStaleGuard(guard, judged, `${guard}.${holder.token}`);
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

// Another waiter may have removed the stale guard and created its own after the check. That guard is put back.
async function removeStaleGuard(guard: string, judged: Holder | null, moved: string): Promise<void> {
  try {
    await rename(guard, moved);
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return;
    throw error;
  }
  if ((await readHolder(moved))?.token !== judged?.token) await link(moved, guard).catch(() => {});
  await rm(moved, { force: true });
}

/** The time when a lock was first seen in its current state. */
interface Sighting {
  readonly mtimeMs: number;
  readonly sinceMs: number;
}

// Clocks can change, and machines that share files disagree about the time. So a lock that looks old is watched with
// the monotonic clock, for longer than a live holder takes to touch it.
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

// Returns whether the process ID of the holder refers to a process of this system.
function sharesProcessIds(holder: Holder, { hostName, processSpace }: LockOptions["host"]): boolean {
  if (holder.hostName !== hostName) return false;
  return holder.processSpace === undefined || holder.processSpace === processSpace;
}

// Returns null if the creator of the lock has not written it yet, or was killed before. Then only the age of the lock
// counts.
async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return null;
  }
}
