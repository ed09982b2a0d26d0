import { invalidField, notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor } from "../paging-cursor.ts";

/** A page of keys. `nextCursor` is null on the last page. */
export interface KeyPage {
  readonly items: readonly KeyRecord[];
  readonly nextCursor: string | null;
}

/** Limit of rows per step. With SQLite, the whole process waits for a step, about a millisecond. */
const stepKeys = 50;
const stepEntriesMax = 200;
/** Long allowlists cause a long response. A page ends at this number of entries. */
const pageEntriesMax = 2000;

/** Returns the keys of a company, oldest first. Reads them in short steps. */
export async function listKeys(
  deps: Pick<Dependencies, "store" | "usage" | "turns">,
  actor: Actor,
  query: { readonly status?: "active" | "revoked"; readonly limit?: number; readonly cursor?: string },
): Promise<KeyPage> {
  const { status, limit = 1000 } = query;
  let after: { createdOn: string; id: string } | undefined;
  if (query.cursor !== undefined) {
    const [createdOn, id] = decodeCursor(query.cursor) ?? [];
    if (createdOn === undefined || id === undefined) throw invalidField("/cursor", "is not a cursor from this list");
    after = { createdOn, id };
  }
  // Flushes pending last-used times first, because callers make decisions based on them.
  await deps.usage.flushBriefly();
  const keys: KeyRecord[] = [];
  let entriesLeft = pageEntriesMax;
  let hasMore: boolean;
  do {
    if (keys.length > 0) await deps.turns.next();
    const step = await deps.store.keys.listStep(actor.companyId, {
      ...(status === undefined ? {} : { status }),
      ...(after === undefined ? {} : { after }),
      limit: Math.min(stepKeys, limit - keys.length),
      entriesMax: Math.min(stepEntriesMax, entriesLeft),
    });
    keys.push(...step.keys);
    for (const { ipAllowlist } of step.keys) entriesLeft -= ipAllowlist.length;
    after = step.keys.at(-1) ?? after;
    hasMore = step.hasMore;
  } while (hasMore && keys.length < limit && entriesLeft > 0);
  const nextCursor = hasMore && after !== undefined ? encodeCursor([after.createdOn, after.id]) : null;
  return { items: keys, nextCursor };
}

/**
 * Returns a key of the actor's company.
 * @throws {AppError} NOT_FOUND, also for a key of another company.
 */
export async function getKey(
  deps: Pick<Dependencies, "store" | "usage">,
  actor: Actor,
  keyId: string,
): Promise<KeyRecord> {
  await deps.usage.flushBriefly();
  const key = await deps.store.keys.find(actor.companyId, keyId);
  if (key === null) throw notFound();
  return key;
}
