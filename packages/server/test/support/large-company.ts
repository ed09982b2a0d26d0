import type { Kysely } from "kysely";
import type { AuditFilter } from "../../src/store/records.ts";
import type { Tables } from "../../src/store/tables.ts";
import type { TestDatabase } from "./test-database.ts";

/** Number of audit events of the company. */
export const eventCount = 12_600;
const keyCount = 2_500;
const rareSeq = 40;

/** SQL for the numbers from 1 to the parameter as `n.i`, in every engine. */
const numbers =
  "(with recursive n(i) as (select 1 union all select i + 1 from n where i < cast(? as integer)) select i from n) as n";

/** Returns the time of an event. Events are one minute apart, and some report what happened hours earlier. */
export function dateEvent(seq: number): string {
  return new Date(Date.UTC(2026, 0, 1) + (seq % 97 === 0 ? seq - 300 : seq) * 60_000).toISOString();
}

/** The fields by which lists filter audit events. */
interface Event {
  readonly seq: number;
  readonly action: string;
  readonly actorId: string | null;
  readonly keyId: string | null;
  readonly createdOn: string;
}

function describeEvent(seq: number): Event {
  return {
    seq,
    action: seq === rareSeq ? "key.revoked" : seq % 10 === 0 ? "key.rotated" : "session.signed_in",
    actorId: seq % 7 === 0 ? null : "often",
    keyId: seq % 3 === 0 ? "busy" : null,
    createdOn: dateEvent(seq),
  };
}

/** The audit events of the company, newest first. */
export const events = Array.from({ length: eventCount }, (_, index) => describeEvent(index + 1)).reverse();

/** Returns whether a filter selects an event. */
export function matchesFilter(event: Event, { keyId, actorId, action, since }: AuditFilter): boolean {
  return (
    (keyId === undefined || event.keyId === keyId) &&
    (actorId === undefined || event.actorId === actorId) &&
    (action === undefined || event.action === action) &&
    (since === undefined || event.createdOn >= since)
  );
}

/** Inserts all events and keys of a company. The other company gets events without a key or an actor. */
export async function fillCompany(
  db: Kysely<Tables>,
  database: TestDatabase,
  { companyId, otherCompanyId }: { readonly companyId: string; readonly otherCompanyId: string },
): Promise<void> {
  await db.deleteFrom("auditEvents").where("companyId", "=", companyId).execute();
  const rows = events.map(({ seq, ...event }) => ({
    companyId,
    seq,
    id: `event ${seq}`,
    createdOn: event.createdOn,
    action: event.action,
    actorId: event.actorId,
    actorEmail: null,
    keyId: event.keyId,
    keyName: null,
    ip: null,
    requestId: null,
    details: "{}",
    pepperVersion: "v",
    hash: Buffer.alloc(32),
  }));
  for (let start = 0; start < rows.length; start += 1_000) {
    await db
      .insertInto("auditEvents")
      .values(rows.slice(start, start + 1_000))
      .execute();
  }
  await db.updateTable("auditHeads").set({ seq: eventCount }).where("companyId", "=", companyId).execute();
  // One key in a hundred is revoked, and many have the same creation time.
  await database.query(
    `insert into api_keys (id, company_id, name, client_id, status, created_on)
   select 'key ' || (100000 + n.i), ?, 'name', 'client ' || n.i, case when n.i % 100 = 0 then 'revoked' else 'active' end,
     '2026-01-0' || (1 + n.i % 3) || 'T00:00:00.000Z' from ${numbers}`,
    companyId,
    keyCount,
  );
  await database.query(
    `insert into audit_events select ?, n.i + 100, 'other ' || n.i, '2026-01-01', 'company.created', null, null, null, null, null,
     null, '{}', 'v', hash from ${numbers}, (select hash from audit_events where id = 'event 1') as h`,
    otherCompanyId,
    3_000,
  );
  if (database.engine === "postgres") await database.query("analyze");
}
