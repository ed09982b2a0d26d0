import type { JobLeaseRecord } from "../records.ts";

/** Leases of jobs. */
export interface JobRepository {
  /** Takes the lease. Returns false if another holder has it. A lease that ends after `latest` is ignored. */
  takeLease(lease: JobLeaseRecord, now: string, latest: string): Promise<boolean>;
  /** Releases the lease if this holder has it. */
  dropLease(job: string, holder: string): Promise<void>;
}
