import { invalidField } from "../../errors.ts";
import type { AuditFilter, AuditRecord } from "../../store/records.ts";
import { type Actor, may, type PipelineRun } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor, type Page, type PageQuery, refuseCursor } from "../paging-cursor.ts";
import { parseTimestamp } from "../timestamp.ts";
import { type ActorKind, readActorKind } from "./record-audit.ts";

/** Filters by the actor of an event. Events store the actor in the text of their details, which has no index. */
export interface ActorFilter extends Partial<PipelineRun> {
  readonly actorKind?: ActorKind;
}

/** A page of events, and the number of events that the server read for it. */
export interface AuditPage extends Page<AuditRecord> {
  readonly examined: number;
}

/** Maximum number of events that one call reads. If it is reached, the cursor continues there. */
export const auditExaminedMax = 10_000;

/**
 * Returns audit events of the actor's company, newest first. Reads a limited number of events in small steps. If few
 * events match, a page can have fewer than `limit` events, or none, and still have a next page.
 */
export async function listAuditEvents(
  deps: Dependencies,
  actor: Actor,
  query: AuditFilter & ActorFilter & PageQuery,
): Promise<AuditPage> {
  may(actor, "listAuditEvents");
  const { cursor, since, limit = 100, actorKind, repository, workflow, runId, ...rest } = query;
  const wanted = Object.entries({ actorKind, repository, workflow, runId }).filter(([, value]) => value !== undefined);
  let beforeSeq: number | undefined;
  if (cursor !== undefined) {
    const [seq] = decodeCursor(cursor) ?? [];
    if (seq === undefined || !/^\d{1,15}$/.test(seq)) throw refuseCursor();
    beforeSeq = Number(seq);
  }
  const sinceTime = since === undefined ? undefined : parseTimestamp(since);
  if (sinceTime === null) throw invalidField("/since", "must be a time such as 2026-02-01T10:30:00.000Z");
  const filter: AuditFilter = { ...rest, ...(sinceTime === undefined ? {} : { since: sinceTime }) };
  const events: AuditRecord[] = [];
  let examined = 0;
  let continueBefore: number | null;
  do {
    if (examined > 0) await deps.turns.next();
    // Read one event more than the page has, to find out whether there is a next page.
    const missing = wanted.length > 0 ? auditExaminedMax : limit + 1 - events.length;
    const step = await deps.store.audit.listStep(actor.companyId, filter, { beforeSeq, limit: missing });
    events.push(...(wanted.length > 0 ? step.events.filter((event) => isCausedBy(event, wanted)) : step.events));
    examined += step.examined;
    continueBefore = step.continueBefore;
    beforeSeq = continueBefore ?? undefined;
  } while (events.length <= limit && continueBefore !== null && examined < auditExaminedMax);
  const page = events.slice(0, limit);
  const last = events.length > limit ? page.at(-1)?.seq : continueBefore;
  return { items: page, examined, nextCursor: last == null ? null : encodeCursor([String(last)]) };
}

/** Returns whether the actor of an event has all wanted properties. Only the details of a trust's event name a run. */
function isCausedBy(event: AuditRecord, wanted: readonly (readonly [string, string | undefined])[]): boolean {
  const details: Readonly<Record<string, unknown>> = JSON.parse(event.details);
  const actorKind = readActorKind(event, details);
  const has: Readonly<Record<string, unknown>> = actorKind === "trust" ? { ...details, actorKind } : { actorKind };
  return wanted.every(([name, value]) => has[name] === value);
}
