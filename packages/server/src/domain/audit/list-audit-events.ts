import { invalidField } from "../../errors.ts";
import type { AuditFilter, AuditRecord } from "../../store/records.ts";
import { type Actor, may } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor } from "../paging-cursor.ts";
import { parseTimestamp } from "../timestamp.ts";

/** A page of events. `nextCursor` is null on the last page. */
export interface AuditPage {
  readonly items: readonly AuditRecord[];
  /** Number of events that the server read. */
  readonly examined: number;
  readonly nextCursor: string | null;
}

/** Limit of events that one call reads. If it is reached, the cursor continues there. */
export const auditExaminedMax = 10_000;

/**
 * Returns audit events of the actor's company, newest first. Reads a limited number of events in small steps. If few
 * events match, a page can have fewer than `limit` events, or none, and still have a next page.
 */
export async function listAuditEvents(
  deps: Pick<Dependencies, "store" | "turns">,
  actor: Actor,
  query: AuditFilter & { readonly limit?: number; readonly cursor?: string },
): Promise<AuditPage> {
  may(actor, "listAuditEvents");
  const { cursor, since, limit = 100, ...rest } = query;
  let beforeSeq: number | undefined;
  if (cursor !== undefined) {
    const [seq] = decodeCursor(cursor) ?? [];
    if (seq === undefined || !/^\d{1,15}$/.test(seq)) throw invalidField("/cursor", "is not a cursor from this list");
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
    // One more event than the page shows whether there is a next page.
    const missing = limit + 1 - events.length;
    const step = await deps.store.audit.listStep(actor.companyId, filter, { beforeSeq, limit: missing });
    events.push(...step.events);
    examined += step.examined;
    continueBefore = step.continueBefore;
    beforeSeq = continueBefore ?? undefined;
  } while (events.length <= limit && continueBefore !== null && examined < auditExaminedMax);
  const page = events.slice(0, limit);
  const last = events.length > limit ? page.at(-1)?.seq : continueBefore;
  return { items: page, examined, nextCursor: last == null ? null : encodeCursor([String(last)]) };
}
