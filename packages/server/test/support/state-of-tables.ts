import { tableShapes } from "../../src/store/tables.ts";
import type { TestDatabase } from "./test-database.ts";

/** Every row of every table, as text, by table. */
export type State = ReadonlyMap<string, readonly string[]>;

/** Tables whose rows may change without an audit event, each with the reason. */
const unaudited: Readonly<Record<string, string>> = {
  audit_events: "is the trail itself",
  audit_heads: "is the trail itself",
  device_tokens: "holds the devices that a user signed in on; the sign-in or password change has its event",
  device_sign_ins: "holds devices that wait for their users; the decision and the session have their events",
  secret_uses: "holds when secrets were last used; an event per use would be an event per call",
  second_factor_sign_ins: "holds browsers that wait for a second factor; the session and wrong codes have their events",
  idempotency_records: "holds the sealed answer of a call that has its own event",
  job_leases: "says which node runs a job at this moment",
  spent_sign_ins: "says which sign-ins of browsers are over; a session that one opened has its event",
  trust_events: "holds the log of a trust; each line has its own event",
  automation_token_uses: "holds when automation tokens were last used, as secret_uses does for secrets",
  run_tokens: "holds tokens of runs; the exchange has its event",
  spent_assertions: "says which tokens of platforms were exchanged; the exchange has its event",
  stripe_events: "holds what Stripe told; what follows from it for a company has its event",
  stripe_customers: "holds what Stripe told; that a company has a customer has its event",
  stripe_subscriptions: "holds what Stripe told; a change of plan has its event",
};

/** Tables that a refused call may write to, each with the reason. */
const writtenByRefusals: Readonly<Record<string, string>> = {
  audit_events: "records failed sign-ins, password changes and exchanges",
  audit_heads: "records failed sign-ins, password changes and exchanges",
  trust_events: "records refused exchanges of a trust",
  device_sign_ins: "holds when a device polled last, so that it can be told to slow down",
  token_debts: "counts the calls of a key for its rate limit, refused ones included",
};

/** The tables for which every change must have an audit event. */
export const auditedTables: readonly string[] = Object.keys(tableShapes).filter((table) => !(table in unaudited));

/** Reads the state. Before that, flush what the server writes later. */
export async function readState(database: TestDatabase): Promise<State> {
  const tables = new Set([...(await database.listTables()), "secret_uses"]);
  const state = new Map<string, readonly string[]>();
  for (const table of tables) {
    const rows = await database.query(`select * from ${table}`);
    state.set(table, rows.map((row) => JSON.stringify(row)).sort());
  }
  return state;
}

/** Returns the tables that differ, in alphabetical order. */
function listChanged(before: State, after: State): string[] {
  return [...after.keys()].filter((table) => before.get(table)?.join("\n") !== after.get(table)?.join("\n")).sort();
}

/** Returns the audited tables that a call changed. */
export function listAuditedChanges(before: State, after: State): string[] {
  return listChanged(before, after).filter((table) => auditedTables.includes(table));
}

/** Returns the tables that a call changed, except those that a refused call may change. */
export function listChangesOfRefusal(before: State, after: State): string[] {
  return listChanged(before, after).filter((table) => !(table in writtenByRefusals));
}

/** The fields of an audit event that tests compare. */
export interface WrittenEvent {
  readonly action: string;
  readonly companyId: string;
  readonly requestId: string | null;
}

/** Returns the audit events that were written in between, oldest first within each company. */
export function listNewEvents(before: State, after: State): WrittenEvent[] {
  const known = new Set(before.get("audit_events"));
  return (after.get("audit_events") ?? [])
    .filter((row) => !known.has(row))
    .map((row) => JSON.parse(row) as { action: string; company_id: string; request_id: string | null; seq: number })
    .sort((one, other) => one.seq - other.seq)
    .map((row) => ({ action: row.action, companyId: row.company_id, requestId: row.request_id }));
}
