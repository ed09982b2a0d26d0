import { invalidField, notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor } from "../paging-cursor.ts";

/** One page of keys; `nextCursor` is null on the last one. */
export interface KeyPage {
  readonly keys: readonly KeyRecord[];
  readonly nextCursor: string | null;
}

/** What one step reads at most. In SQLite the whole process waits for a step, about a millisecond. */
const stepKeys = 50;
const stepEntriesMax = 200;
/** Long allowlists make a long answer. A page that reaches this many entries ends there. */
const pageEntriesMax = 2000;

/** Lists the company's keys by age, oldest first, in short steps. */
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
  // Who looks at last uses is about to decide by them; what this process noted is written first.
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
  return { keys, nextCursor };
}

/**
 * One key of the actor's company.
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
