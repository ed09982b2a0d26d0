import { refuseField } from "./fake-refusal.ts";
import type { FakeAnswer, FakeRequest } from "./fake-request.ts";

const PAGE_SIZE_MAX = 1000;

/** Returns one page of a list, with a `Link` header to the next page if there is one. */
export function answerPage({ query }: FakeRequest, items: readonly { readonly id: string }[]): FakeAnswer {
  const limitText = query.get("limit") ?? String(PAGE_SIZE_MAX);
  const limit = Number(limitText);
  if (!/^\d+$/.test(limitText) || limit < 1 || limit > PAGE_SIZE_MAX) {
    throw refuseField("/limit", `must be a number from 1 to ${PAGE_SIZE_MAX}`);
  }
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : items.findIndex(({ id }) => id === cursor) + 1;
  if (cursor !== null && start === 0) throw refuseField("/cursor", "is not a cursor from this list");
  const page = items.slice(start, start + limit);
  const last = page.at(-1);
  if (last === undefined || start + limit >= items.length) return { status: 200, body: page };
  const next = new URLSearchParams(query);
  next.set("cursor", last.id);
  return { status: 200, body: page, headers: { link: `<?${next}>; rel="next"` } };
}
