import type { Kysely, Selectable } from "kysely";
import type { AuditRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { toAuditRecord } from "./audit-row.ts";
import { listAuditStep } from "./audit-steps.ts";

const chainBatchRows = 500;

/** The audit trail over Kysely. */
export function createAuditRepository(db: Kysely<Tables>): AuditRepository {
  return {
    lockHead: async (companyId) => {
      // An update locks the row, which a plain read does not do. In SQLite, the transaction is already exclusive.
      const row = await db
        .updateTable("audit_heads")
        .set((eb) => ({ seq: eb.ref("seq") }))
        .where("company_id", "=", companyId)
        .returning(["seq", "hash"])
        .executeTakeFirst();
      return row === undefined ? null : { seq: row.seq, hash: row.hash };
    },
    append: async (event, hash) => {
      await db
        .insertInto("audit_events")
        .values({
          company_id: event.companyId,
          seq: event.seq,
          id: event.id,
          created_on: event.createdOn,
          action: event.action,
          actor_id: event.actorId,
          actor_email: event.actorEmail,
          key_id: event.keyId,
          key_name: event.keyName,
          ip: event.ip,
          request_id: event.requestId,
          details: event.details,
          pepper_version: event.pepperVersion,
          hash,
        })
        .execute();
      await db
        .insertInto("audit_heads")
        .values({ company_id: event.companyId, seq: event.seq, hash })
        .onConflict((oc) => oc.column("company_id").doUpdateSet({ seq: event.seq, hash }))
        .execute();
    },
    listStep: (companyId, filter, from) => listAuditStep(db, companyId, filter, from),
    readChain: async function* (companyId) {
      // Starts at the very first row, because rows below 1 do not come from the server.
      let lastSeq: number | null = null;
      for (;;) {
        let query = db.selectFrom("audit_events").selectAll().where("company_id", "=", companyId);
        if (lastSeq !== null) query = query.where("seq", ">", lastSeq);
        const rows: Selectable<Tables["audit_events"]>[] = await query.orderBy("seq").limit(chainBatchRows).execute();
        for (const row of rows) yield { ...toAuditRecord(row), hash: row.hash };
        const last = rows.at(-1);
        if (last === undefined || rows.length < chainBatchRows) return;
        lastSeq = last.seq;
      }
    },
    listCompanyIds: async () => {
      const rows = await db
        .selectFrom("companies")
        .select("id")
        .union(db.selectFrom("audit_events").select("company_id as id"))
        .union(db.selectFrom("audit_heads").select("company_id as id"))
        .execute();
      return rows.map((row) => row.id).sort();
    },
    listCompaniesOfUser: async (userId) => {
      const rows = await db
        .selectFrom("audit_events")
        .select("company_id")
        .distinct()
        .where((eb) => eb.or([eb("actor_id", "=", userId), eb("details", "like", `%"userId":"${userId}"%`)]))
        .execute();
      return rows.map((row) => row.company_id).sort();
    },
    listHeads: async () => {
      const rows = await db.selectFrom("audit_heads").selectAll().orderBy("company_id").execute();
      return rows.map((row) => ({ companyId: row.company_id, seq: row.seq, hash: row.hash }));
    },
  };
}
