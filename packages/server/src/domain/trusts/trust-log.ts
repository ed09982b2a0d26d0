import { invalidField } from "../../errors.ts";
import type { TrustEventRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { decodeCursor, encodeCursor } from "../paging-cursor.ts";
import { getTrust } from "./manage-trusts.ts";

/** A page of events. `nextCursor` is null on the last page. */
export interface TrustLogPage {
  readonly items: readonly TrustEventRecord[];
  readonly nextCursor: string | null;
}

/**
 * Returns exchanges of a trust, newest first.
 * @throws {AppError} NOT_FOUND, VALIDATION_FAILED.
 */
export async function listTrustEvents(
  deps: Dependencies,
  actor: Actor,
  trustId: string,
  query: { readonly refused?: boolean; readonly limit?: number; readonly cursor?: string },
): Promise<TrustLogPage> {
  await getTrust(deps, actor, trustId, "listTrustEvents");
  const { refused = false, limit = 100, cursor } = query;
  let after: { createdOn: string; id: string } | undefined;
  if (cursor !== undefined) {
    const [createdOn, id] = decodeCursor(cursor) ?? [];
    if (createdOn === undefined || id === undefined) throw invalidField("/cursor", "is not a cursor from this list");
    after = { createdOn, id };
  }
  // One more event than the page shows whether there is a next page.
  const page = { outcome: refused ? ("refused" as const) : undefined, after, limit: limit + 1 };
  const events = await deps.store.trusts.listEvents(trustId, page);
  const items = events.slice(0, limit);
  const last = events.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.createdOn, last.id]) };
}
