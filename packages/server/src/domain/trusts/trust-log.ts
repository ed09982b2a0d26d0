import type { TrustEventRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { encodeCursor, type Page, type PageQuery, readPlace } from "../paging-cursor.ts";
import { getTrust } from "./manage-trusts.ts";

/**
 * Returns exchanges of a trust, newest first.
 * @throws {AppError} NOT_FOUND, VALIDATION_FAILED.
 */
export async function listTrustEvents(
  deps: Dependencies,
  actor: Actor,
  trustId: string,
  query: PageQuery & { readonly refused?: boolean },
): Promise<Page<TrustEventRecord>> {
  await getTrust(deps, actor, trustId, "listTrustEvents");
  const { refused = false, limit = 100, cursor } = query;
  const place = readPlace(cursor);
  const after = place && { createdOn: place.rank, id: place.id };
  // One more event than the page shows whether there is a next page.
  const page = { outcome: refused ? ("refused" as const) : undefined, after, limit: limit + 1 };
  const events = await deps.store.trusts.listEvents(trustId, page);
  const items = events.slice(0, limit);
  const last = events.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.createdOn, last.id]) };
}
