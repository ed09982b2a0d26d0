import type { Kysely, Selectable } from "kysely";
import type { AuditRecord } from "./records.ts";
import type { AuditRepository } from "./store.ts";
import type { Tables } from "./tables.ts";

const chainBatchRows = 500;
/** The largest number that fits the column in every engine. */
const seqMax = 2 ** 31 - 1;

function toAuditRecord(row: Selectable<Tables["audit_events"]>): AuditRecord {
  return {
    companyId: row.company_id,
    seq: row.seq,
    id: row.id,
    createdOn: row.created_on,
    action: row.action,
    actorId: row.actor_id,
    actorEmail: row.actor_email,
    keyId: row.key_id,
    keyName: row.key_name,
    ip: row.ip,
    requestId: row.request_id,
    details: row.details,
    pepperVersion: row.pepper_version,
  };
}

/** The audit trail over Kysely. */
export function createAuditRepository(db: Kysely<Tables>): AuditRepository {
  return {
    lockHead: async (companyId) => {
      // An update takes the row where a plain read would not; in SQLite the transaction is exclusive already.
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
    list: async (companyId, { keyId, actorId, action, since, beforeSeq, limit }) => {
      let query = db.selectFrom("audit_events").selectAll().where("company_id", "=", companyId);
      if (keyId !== undefined) query = query.where("key_id", "=", keyId);
      if (actorId !== undefined) query = query.where("actor_id", "=", actorId);
      if (action !== undefined) query = query.where("action", "=", action);
      if (since !== undefined) query = query.where("created_on", ">=", since);
      if (beforeSeq !== undefined) query = query.where("seq", "<", Math.min(beforeSeq, seqMax));
      const rows = await query.orderBy("seq", "desc").limit(limit).execute();
      return rows.map(toAuditRecord);
    },
    readChain: async function* (companyId) {
      // From the very first row, whatever its number: rows below 1 are not the server's own.
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
