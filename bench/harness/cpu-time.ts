import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/** Linux counts process times in hundredths of a second, whatever the kernel's own clock is (proc(5), USER_HZ). */
const msPerTick = 10;

/** CPU time that all threads of a process have used so far, in milliseconds; null where the system does not tell (not Linux). */
export function readCpuMs(pid: number): number | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field is the program's name in parentheses and may hold spaces; utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * msPerTick;
}

const pollMs = 200;
const idleShare = 0.05;

/** Resolves when the process has nothing left to do (such as writes it put off), at the latest after `timeoutMs`. */
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
