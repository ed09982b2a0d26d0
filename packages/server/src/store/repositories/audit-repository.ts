import type { Kysely, Selectable } from "kysely";
import type { AuditRepository } from "../ports/audit.ts";
import type { Tables } from "../tables.ts";
import { listAuditStep } from "./audit-steps.ts";
import { findFirst } from "./statements.ts";

const chainBatchRows = 500;

/** The audit trail over Kysely. */
export function createAuditRepository(db: Kysely<Tables>): AuditRepository {
  return {
    // An update locks the row, which a plain read does not do. In SQLite, the transaction is already exclusive.
    lockHead: (companyId) =>
      findFirst(
        db
          .updateTable("auditHeads")
          .set((eb) => ({ seq: eb.ref("seq") }))
          .where("companyId", "=", companyId)
          .returning(["seq", "hash"]),
      ),
    append: async (event, hash) => {
      await db
        .insertInto("auditEvents")
        .values({ ...event, hash })
        .execute();
      await db
        .insertInto("auditHeads")
        .values({ companyId: event.companyId, seq: event.seq, hash })
        .onConflict((oc) => oc.column("companyId").doUpdateSet({ seq: event.seq, hash }))
        .execute();
    },
    listStep: (companyId, filter, from) => listAuditStep(db, companyId, filter, from),
    readChain: async function* (companyId) {
      // Starts at the very first row, because rows below 1 do not come from the server.
      let lastSeq: number | null = null;
      for (;;) {
        let query = db.selectFrom("auditEvents").selectAll().where("companyId", "=", companyId);
        if (lastSeq !== null) query = query.where("seq", ">", lastSeq);
        const rows: Selectable<Tables["auditEvents"]>[] = await query.orderBy("seq").limit(chainBatchRows).execute();
        for (const row of rows) yield row;
        const last = rows.at(-1);
        if (last === undefined || rows.length < chainBatchRows) return;
        lastSeq = last.seq;
      }
    },
    listCompanyIds: async () => {
      const rows = await db
        .selectFrom("companies")
        .select("id")
        .union(db.selectFrom("auditEvents").select("companyId as id"))
        .union(db.selectFrom("auditHeads").select("companyId as id"))
        .execute();
      return rows.map((row) => row.id).sort();
    },
    listCompaniesOfUser: async (userId) => {
      const rows = await db
        .selectFrom("auditEvents")
        .select("companyId")
        .distinct()
        .where((eb) => eb.or([eb("actorId", "=", userId), eb("details", "like", `%"userId":"${userId}"%`)]))
        .execute();
      return rows.map((row) => row.companyId).sort();
    },
    listHeads: () => db.selectFrom("auditHeads").selectAll().orderBy("companyId").execute(),
  };
}
