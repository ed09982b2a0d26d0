import type { Kysely } from "kysely";
import type { JobRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

/** Leases of jobs over Kysely. */
export function createJobRepository(db: Kysely<Tables>): JobRepository {
  return {
    takeLease: async ({ job, holder, expiresOn }, now, latest) => {
      const values = { holder, expires_on: expiresOn };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("job_leases")
        .values({ job, ...values })
        .onConflict((oc) =>
          oc
            .column("job")
            .doUpdateSet(values)
            .where((eb) => eb.or([eb("job_leases.expires_on", "<=", now), eb("job_leases.expires_on", ">", latest)])),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    dropLease: async (job, holder) => {
      await db.deleteFrom("job_leases").where("job", "=", job).where("holder", "=", holder).execute();
    },
  };
}
