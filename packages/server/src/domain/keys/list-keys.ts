import { invalidField, notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import { type Actor, may, type OperationId, type PipelineActor } from "../access.ts";
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

/** Returns the keys that the actor may see, oldest first. Reads them in short steps. */
export async function listKeys(
  deps: Pick<Dependencies, "store" | "usage" | "turns">,
  actor: Actor,
  query: { readonly status?: "active" | "revoked"; readonly limit?: number; readonly cursor?: string },
): Promise<KeyPage> {
  may(actor, "listKeys");
  const { status, limit = 1000 } = query;
  let after: { createdOn: string; id: string } | undefined;
  if (query.cursor !== undefined) {
    const [createdOn, id] = decodeCursor(query.cursor) ?? [];
    if (createdOn === undefined || id === undefined) throw invalidField("/cursor", "is not a cursor from this list");
    after = { createdOn, id };
  }
  // Flushes pending last-used times first, because callers make decisions based on them.
  await deps.usage.flushBriefly();
  if (actor.kind !== "user") return listGrantedKeys(deps, actor, { status, limit, after });
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

/** Returns the keys of a pipeline's grant, in the order of the list. A grant has at most a hundred keys. */
async function listGrantedKeys(
  deps: Pick<Dependencies, "store" | "turns">,
  { companyId, keyIds }: PipelineActor,
  page: {
    readonly status: KeyRecord["status"] | undefined;
    readonly limit: number;
    readonly after: { readonly createdOn: string; readonly id: string } | undefined;
  },
): Promise<KeyPage> {
  const found: KeyRecord[] = [];
  for (const keyId of keyIds) {
    if (found.length > 0) await deps.turns.next();
    const key = await deps.store.keys.find(companyId, keyId);
    if (key !== null && (page.status ?? key.status) === key.status) found.push(key);
  }
  const place = ({ createdOn, id }: { readonly createdOn: string; readonly id: string }): string =>
    `${createdOn} ${id}`;
  const { after } = page;
  const rest = found
    .filter((key) => after === undefined || place(key) > place(after))
    .sort((one, other) => (place(one) < place(other) ? -1 : 1));
  const items = rest.slice(0, page.limit);
  const last = rest.length > items.length ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.createdOn, last.id]) };
}

/**
 * Returns a key of the actor's company, for an operation.
 * @throws {AppError} NOT_FOUND, also for a key of another company, and the errors of `may`.
 */
export async function getKey(
  deps: Pick<Dependencies, "store" | "usage">,
  actor: Actor,
  keyId: string,
  operation: OperationId = "getKey",
): Promise<KeyRecord> {
  may(actor, operation, keyId);
  await deps.usage.flushBriefly();
  const key = await deps.store.keys.find(actor.companyId, keyId);
  if (key === null) throw notFound();
  return key;
}
