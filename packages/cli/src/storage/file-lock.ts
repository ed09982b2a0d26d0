import { randomBytes } from "node:crypto";
import { mkdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CliError } from "../cli-error.ts";
import type { Host } from "../context.ts";
import { isNodeError } from "./node-error.ts";

/** What a lock needs to know: whose it is, how to see that a holder is gone, and when to give up waiting. */
export interface LockOptions {
  readonly host: Pick<Host, "processId" | "hostName" | "isProcessAlive">;
  readonly signal?: AbortSignal;
  /** How long to wait for another holder; default 20 s. */
  readonly waitMs?: number;
  /** Told once, when somebody else is found to have the lock; null where it cannot be read. */
  readonly onWait?: (holder: LockHolder | null) => void;
  /** The error for a lock that was not to be had in time; default BUSY with the lock's path. */
  readonly explainBusy?: (holder: LockHolder | null) => CliError;
  /** A lock whose holder has not touched it for this long is dead, whatever its process id says; default 15 s. */
  readonly staleMs?: number;
}

/** Whose a lock is. */
export interface LockHolder {
  readonly processId: number;
  readonly hostName: string;
}

interface Holder extends LockHolder {
  readonly token: string;
}

/**
 * Runs `work` while no other process on this machine does so under the same lock file. A lock left behind by a killed process
 * is recognised (its process is gone, or it has not been touched for `staleMs`) and taken over. Throws BUSY after `waitMs`.
 */
export async function withFileLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const holder: Holder = {
    processId: options.host.processId,
    hostName: options.host.hostName,
    token: randomBytes(8).toString("hex"),
  };
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await acquire(path, holder, options);
  const heartbeat = setInterval(
    () => {
      const now = new Date();
      utimes(path, now, now).catch(() => {});
    },
    (options.staleMs ?? 15_000) / 5,
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
  while (!(await tryCreate(path, holder))) {
    if (await breakIfStale(path, holder, options)) continue;
    if (performance.now() > deadline) throw explainBusy(path, await readHolder(path), options);
    if (!isWaiting) options.onWait?.(await readHolder(path));
    isWaiting = true;
    await sleep(20 + Math.floor(Math.random() * 40), undefined, options.signal ? { signal: options.signal } : {});
  }
}

function explainBusy(path: string, holder: LockHolder | null, { explainBusy: explain }: LockOptions): CliError {
  if (explain !== undefined) return explain(holder);
  return new CliError("BUSY", `Another briksync has been holding ${path} for too long.`, {
    hint: "Wait for it to end. If none runs, remove that file.",
  });
}

async function tryCreate(path: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (isNodeError(error, "EEXIST")) return false;
    // On a full disk the file may be there without its content; it must not look like somebody's lock.
    await rm(path, { force: true });
    throw new CliError("FILE_FAILED", `Could not create the lock ${path}: ${String(error)}.`, { cause: error });
  }
}

// Two waiters that both see a dead lock must not remove each other's fresh one. So a waiter removes only while it holds
// a second, very short lock, and looks again after it got that. True where a dead lock was removed.
async function breakIfStale(path: string, holder: Holder, options: LockOptions): Promise<boolean> {
  if (!(await isStale(path, options))) return false;
  const guard = `${path}.break`;
  if (!(await tryCreate(guard, holder))) {
    if (await isStale(guard, options)) await rm(guard, { force: true });
    return false;
  }
  try {
    const isDead = await isStale(path, options);
    if (isDead) await rm(path, { force: true });
    return isDead;
  } finally {
    await rm(guard, { force: true });
  }
}

async function isStale(path: string, options: LockOptions): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    const ageMs = Date.now() - mtimeMs;
    if (ageMs > (options.staleMs ?? 15_000)) return true;
    const holder = parseHolder(await readFile(path, "utf8"));
    return (
      holder !== null && holder.hostName === options.host.hostName && !options.host.isProcessAlive(holder.processId)
    );
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return false;
    throw error;
  }
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
