import type { Dependencies } from "../dependencies.ts";
import { addSeconds, clockLeewaySeconds } from "../timestamp.ts";

/** Longer than any job takes. After a process stops in the middle of a job, no other node starts it for this time. */
const leaseSeconds = 5 * 60;

/**
 * Runs a job on one node at a time, with one database lease per job. Returns null if another run holds the lease.
 * `work` must be idempotent: after five minutes the lease expires and another node may start the job.
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
