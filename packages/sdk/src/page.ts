import { ResponseError } from "./errors.ts";

/** One page of a list. `nextCursor` is null on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

/**
 * Yields the items of page after page, fetching a page only when it is reached, and ends after `limit` items.
 * A server whose cursor does not advance ends it with `ResponseError` instead of going on for ever.
 */
export async function* iteratePages<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Item, void, undefined> {
  let yielded = 0;
  let cursor: string | undefined;
  while (yielded < limit) {
    const page = await fetchPage(cursor);
    for (const item of page.items) {
      yield item;
      if (++yielded >= limit) return;
    }
    if (page.nextCursor === null) return;
    if (page.nextCursor === cursor) throw makeStuckError();
    cursor = page.nextCursor;
  }
}

function makeStuckError(): ResponseError {
  return new ResponseError("The server's list of pages does not advance: it names the same next page again.", {
    type: "INVALID_RESPONSE",
    outcome: "rejected",
    retryable: false,
    attempts: 1,
  });
}
