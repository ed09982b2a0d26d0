import type { Selectable } from "kysely";
import type { AuditRecord } from "../records.ts";
import type { Tables } from "../tables.ts";

/** Returns the event of a row, without its hash. */
export function toAuditRecord(row: Selectable<Tables["audit_events"]>): AuditRecord {
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
