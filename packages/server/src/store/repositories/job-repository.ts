import type { Kysely } from "kysely";
import type { JobRepository } from "../ports/jobs.ts";
import type { Tables } from "../tables.ts";

/** Leases of jobs over Kysely. */
export function createJobRepository(db: Kysely<Tables>): JobRepository {
  return {
    takeLease: async (lease, now, latest) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("jobLeases")
        .values(lease)
        .onConflict((oc) =>
          oc
            .column("job")
            .doUpdateSet(lease)
            .where((eb) => eb.or([eb("jobLeases.expiresOn", "<=", now), eb("jobLeases.expiresOn", ">", latest)])),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    dropLease: async (job, holder) => {
      await db.deleteFrom("jobLeases").where("job", "=", job).where("holder", "=", holder).execute();
    },
  };
}
