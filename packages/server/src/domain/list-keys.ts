import { invalidField, notFound } from "../errors.ts";
import type { KeyRecord } from "../store/records.ts";
import type { Actor } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import { decodeCursor, encodeCursor } from "./paging-cursor.ts";

/** One page of keys; `nextCursor` is null on the last one. */
export interface KeyPage {
  readonly keys: readonly KeyRecord[];
  readonly nextCursor: string | null;
}

/** Lists the company's keys by age, oldest first. */
export async function listKeys(
  deps: Pick<Dependencies, "store" | "usage">,
  actor: Actor,
  query: { readonly status?: "active" | "revoked"; readonly limit?: number; readonly cursor?: string },
): Promise<KeyPage> {
  const limit = query.limit ?? 1000;
  let after: { createdOn: string; id: string } | undefined;
  if (query.cursor !== undefined) {
    const [createdOn, id] = decodeCursor(query.cursor) ?? [];
    if (createdOn === undefined || id === undefined) throw invalidField("/cursor", "is not a cursor of this list");
    after = { createdOn, id };
  }
  // Who looks at last uses is about to decide by them; what this process noted is written first.
  await deps.usage.flushBriefly();
  const { keys, hasMore } = await deps.store.keys.list(actor.companyId, {
    ...(query.status === undefined ? {} : { status: query.status }),
    ...(after === undefined ? {} : { after }),
    limit,
  });
  const last = keys.at(-1);
  const nextCursor = hasMore && last !== undefined ? encodeCursor([last.createdOn, last.id]) : null;
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
