import { tableShapes } from "../../src/store/tables.ts";
import type { TestDatabase } from "./test-database.ts";

/** Every row of every table, as text, by table. */
export type State = ReadonlyMap<string, readonly string[]>;

/** Tables whose rows may change without an audit event, each with the reason. */
const unaudited: Readonly<Record<string, string>> = {
  audit_events: "is the trail itself",
  audit_heads: "is the trail itself",
  device_tokens: "contains the devices of a user. The sign-in or password change has its event",
  device_sign_ins: "contains devices that wait for their users. The decision and the session have their events",
  secret_uses: "contains last-used times. An event for each use would be an event for each call",
  second_factor_sign_ins:
    "contains browsers that wait for a second factor. The session and wrong codes have their events",
  idempotency_records: "contains the sealed response of a call that has its own event",
  job_leases: "contains the node that currently runs a job",
  spent_sign_ins: "contains finished browser sign-ins. The session that one opened has its event",
  trust_events: "contains the log of a trust. Each entry has its own event",
  automation_token_uses: "contains last-used times of automation tokens, like secret_uses for secrets",
  run_tokens: "contains tokens of runs. The exchange has its event",
  spent_assertions: "contains exchanged tokens of platforms. The exchange has its event",
  stripe_events: "contains Stripe's events. Their effect on a company has its event",
  stripe_customers: "contains data of Stripe. The link between a company and a customer has its event",
  stripe_subscriptions: "contains data of Stripe. A change of plan has its event",
};

/** Tables that a refused call may write to, each with the reason. */
const writtenByRefusals: Readonly<Record<string, string>> = {
  audit_events: "records failed sign-ins, password changes and exchanges",
  audit_heads: "records failed sign-ins, password changes and exchanges",
  trust_events: "records refused exchanges of a trust",
  device_sign_ins: "contains the last poll of a device, so that the server can slow it down",
  token_debts: "counts the calls of a key for its rate limit, including refused calls",
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
