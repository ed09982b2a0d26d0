import type { Dependencies } from "../dependencies.ts";
import { addSeconds, clockLeewaySeconds } from "../timestamp.ts";

/** Longer than any job takes; after a process died in the middle of one, this long nobody else begins it. */
const leaseSeconds = 5 * 60;

/**
 * Runs the work unless this or another node is at it: one lease per job in the database. Null when somebody else is. The work
 * must bear to be done twice: a node that hangs for longer than the lease is taken for dead.
 */
export async function withJobLease<T>(deps: Dependencies, job: string, work: () => Promise<T>): Promise<T | null> {
  const holder = deps.newId();
  const now = deps.now();
  const lease = { job, holder, expiresOn: addSeconds(now, leaseSeconds) };
  const latest = addSeconds(now, leaseSeconds + clockLeewaySeconds);
  if (!(await deps.store.transact(({ jobs }) => jobs.takeLease(lease, now.toISOString(), latest)))) return null;
  try {
    return await work();
  } finally {
    await deps.store
      .transact(({ jobs }) => jobs.dropLease(job, holder))
      .catch((error: unknown) => {
        deps.reportFailure(`cannot release the lease of ${job}`, error);
      });
  }
}
