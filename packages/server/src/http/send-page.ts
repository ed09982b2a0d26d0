import type { FastifyReply } from "fastify";
import type { Turns } from "../domain/limits/turns.ts";

/** Number of items to serialize per turn, about a millisecond of work. */
const itemsPerTurn = 100;

/**
 * Returns the `Link` header (RFC 8288) to the next page: the same URL with another cursor. It contains only the query,
 * so that it stays valid behind a proxy that strips a path prefix.
 */
function nextPageLink(url: string, cursor: string): string {
  const [, query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  parameters.set("cursor", cursor);
  return `<?${parameters.toString()}>; rel="next"`;
}

/**
 * Sends a page of a list as JSON with the schema of the route, and yields the event loop after every hundred items. The
 * response is the same as for a returned list. If there are more items, a header links to the next page.
 */
export async function sendPage<Item>(
  reply: FastifyReply,
  turns: Turns,
  { items, nextCursor }: { readonly items: readonly Item[]; readonly nextCursor: string | null },
  present: (item: Item) => unknown,
): Promise<FastifyReply> {
  const { url } = reply.request;
  const serialize = reply.getSerializationFunction("200");
  if (serialize === undefined) throw new Error(`${url} has no schema for its list`);
  if (nextCursor !== null) reply.header("link", nextPageLink(url, nextCursor));
  const parts: string[] = [];
  for (let start = 0; start < items.length; start += itemsPerTurn) {
    if (start > 0) await turns.next();
    const part = serialize(items.slice(start, start + itemsPerTurn).map(present) as never) as string;
    parts.push(part.slice(1, -1));
  }
  return reply.type("application/json; charset=utf-8").send(`[${parts.join(",")}]`);
}
