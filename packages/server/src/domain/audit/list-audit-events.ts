import { invalidField } from "../../errors.ts";
import type { AuditFilter, AuditRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor } from "../paging-cursor.ts";
import { parseTimestamp } from "../timestamp.ts";

/** One page of events; `nextCursor` is null on the last one. */
export interface AuditPage {
  readonly events: readonly AuditRecord[];
  /** How many events the server read for it. */
  readonly examined: number;
  readonly nextCursor: string | null;
}

/** How many events one call reads at most. A call that stops there names where the next one continues. */
export const auditExaminedMax = 10_000;

/**
 * Lists what happened in the actor's company, newest first. Reads in bounded steps, and a bounded number of events: where
 * few events match, a page can have less than `limit` events, or none, and still name a next page.
 */
export async function listAuditEvents(
  deps: Pick<Dependencies, "store" | "turns">,
  actor: Actor,
  query: AuditFilter & { readonly limit?: number; readonly cursor?: string },
): Promise<AuditPage> {
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
    // One more than the page holds tells whether there is another page.
    const missing = limit + 1 - events.length;
    const step = await deps.store.audit.listStep(actor.companyId, filter, { beforeSeq, limit: missing });
    events.push(...step.events);
    examined += step.examined;
    continueBefore = step.continueBefore;
    beforeSeq = continueBefore ?? undefined;
  } while (events.length <= limit && continueBefore !== null && examined < auditExaminedMax);
  const page = events.slice(0, limit);
  const last = events.length > limit ? page.at(-1)?.seq : continueBefore;
  return { events: page, examined, nextCursor: last == null ? null : encodeCursor([String(last)]) };
}
