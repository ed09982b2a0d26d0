import type { FastifyReply } from "fastify";
import type { Actor } from "../domain/access.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import { findLimitedActor } from "../domain/limits/management-limiter.ts";
import type { Page } from "../domain/paging-cursor.ts";

/** Number of read items that cost as much as one returned item. */
const examinedPerItem = 10;
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
 * response is the same as for a returned list. If there are more items, a header links to the next page. Charges the
 * caller for the items, and for those that were only read.
 */
export async function sendPage<Item>(
  { turns, managementLimiter }: Dependencies,
  reply: FastifyReply,
  actor: Actor,
  { items, nextCursor, examined = 0 }: Page<Item> & { readonly examined?: number },
  present: (item: Item) => unknown,
): Promise<FastifyReply> {
  managementLimiter.charge(findLimitedActor(actor), items.length + examined / examinedPerItem);
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
