import type { Kysely } from "kysely";
import type { JobRepository } from "../ports/jobs.ts";
import type { Tables } from "../tables.ts";
import { changesRow, execute, remove } from "./statements.ts";

/** Leases of jobs over Kysely. */
export function createJobRepository(db: Kysely<Tables>): JobRepository {
  return {
    takeLease: (lease, now, latest) =>
      changesRow(
        db
          .insertInto("jobLeases")
          .values(lease)
          .onConflict((oc) =>
            oc
              .column("job")
              .doUpdateSet(lease)
              .where((eb) => eb.or([eb("jobLeases.expiresOn", "<=", now), eb("jobLeases.expiresOn", ">", latest)])),
          ),
      ),
    dropLease: (job, holder) => execute(remove(db, "jobLeases", { job, holder })),
  };
}
