import { ResponseError } from "../errors/errors.ts";

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Yields the items of page after page, fetching a page only when it is reached, and ends after `limit` items. Each iteration
 * begins anew with the first page.
 * A server that names a cursor for the second time ends it with `ResponseError` instead of going on for ever.
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

/** Items to ask for at once: the caller's choice, or no more than are wanted at all, or the server's own size. */
export function pickPageSize({
  limit,
  pageSize,
}: {
  limit?: number | undefined;
  pageSize?: number | undefined;
}): number | undefined {
  return pageSize ?? (limit !== undefined && limit <= 1000 ? limit : undefined);
}
