import { invalidField } from "../errors.ts";
import type { AuditRecord } from "../store/records.ts";
import type { Actor } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import { decodeCursor, encodeCursor } from "./paging-cursor.ts";
import { parseTimestamp } from "./timestamp.ts";

/** One page of events; `nextCursor` is null on the last one. */
export interface AuditPage {
  readonly events: readonly AuditRecord[];
  readonly nextCursor: string | null;
}

/** Lists what happened in the actor's company, newest first. */
export async function listAuditEvents(
  deps: Pick<Dependencies, "store">,
  actor: Actor,
  query: {
    readonly keyId?: string;
    readonly actorId?: string;
    readonly action?: string;
    readonly since?: string;
    readonly limit?: number;
    readonly cursor?: string;
  },
): Promise<AuditPage> {
  const { cursor, since, limit = 100, ...filters } = query;
  let beforeSeq: number | undefined;
  if (cursor !== undefined) {
    const [seq] = decodeCursor(cursor) ?? [];
    if (seq === undefined || !/^\d{1,15}$/.test(seq)) throw invalidField("/cursor", "is not a cursor of this list");
    beforeSeq = Number(seq);
  }
  const sinceTime = since === undefined ? undefined : parseTimestamp(since);
  if (sinceTime === null) throw invalidField("/since", "is not a time such as 2026-02-01T10:30:00.000Z");
  const events = await deps.store.audit.list(actor.companyId, {
    ...filters,
    ...(sinceTime === undefined ? {} : { since: sinceTime }),
    ...(beforeSeq === undefined ? {} : { beforeSeq }),
    limit: limit + 1,
  });
  const page = events.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = events.length > limit && last !== undefined ? encodeCursor([String(last.seq)]) : null;
  return { events: page, nextCursor };
}
