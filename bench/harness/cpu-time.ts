import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Linux reports process times in hundredths of a second (proc(5), USER_HZ). */
const msPerTick = 10;

/**
 * Returns the CPU time of all threads of a process so far, in milliseconds. Returns null on systems other than Linux.
 */
export function readCpuMs(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field is the name of the program in parentheses, which may contain spaces. Fields 14 and 15 are utime
  // and stime.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

const pollMs = 200;
const idleShare = 0.05;

/** Waits until the process is idle, for example after deferred writes, or until `timeoutMs` has passed. */
export async function waitUntilIdle(pid: number, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  let beforeMs = readCpuMs(pid);
  while (performance.now() < deadlineMs) {
    await wait(pollMs);
    const nowMs = readCpuMs(pid);
    if (beforeMs === null || nowMs === null || nowMs - beforeMs <= pollMs * idleShare) return;
    beforeMs = nowMs;
  }
}
