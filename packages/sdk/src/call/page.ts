import { ResponseError } from "../errors/errors.ts";
import type { ListLimits } from "../models/call-options.ts";

/** One page of a list. `nextCursor` is null on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Returns an iterable over the items of all pages, up to `limit` items. It fetches each page when the loop reaches it.
 * Each loop starts with the first page. Throws `ResponseError` if the server returns the same cursor twice, because the
 * loop would never end.
 */
export function iteratePages<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  limit?: number,
): AsyncIterable<Item> {
  return { [Symbol.asyncIterator]: () => iterateOnce(fetchPage, limit) };
}

async function* iterateOnce<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item, void, undefined> {
  let yielded = 0;
  let cursor: string | undefined;
  const seen = new Set<string>();
  while (yielded < limit) {
    const page = await fetchPage(cursor);
    for (const item of page.items) {
      yield item;
      if (++yielded >= limit) return;
    }
    if (page.nextCursor === null) return;
    if (seen.has(page.nextCursor)) {
      throw new ResponseError("The server returned the same page twice.", {
        type: "INVALID_RESPONSE",
        outcome: "rejected",
        retryable: false,
        attempts: 1,
      });
    }
    cursor = page.nextCursor;
    seen.add(cursor);
  }
}

/** Returns the page size to request: the caller's value, or `limit` if it is smaller than a page, or undefined. */
export function pickPageSize({ limit, pageSize }: ListLimits): number | undefined {
  return pageSize ?? (limit !== undefined && limit <= 1000 ? limit : undefined);
}
