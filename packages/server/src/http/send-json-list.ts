import type { FastifyReply } from "fastify";
import type { Turns } from "../domain/limits/turns.ts";

/** Number of items to serialize per turn, about a millisecond of work. */
const itemsPerTurn = 100;

/**
 * Sends a list as JSON with the schema of the route, and yields the event loop after every hundred items. The response
 * is the same as for a returned list.
 */
export async function sendJsonList<Item>(
  reply: FastifyReply,
  turns: Turns,
  items: readonly Item[],
  present: (item: Item) => unknown,
): Promise<FastifyReply> {
  const serialize = reply.getSerializationFunction("200");
  if (serialize === undefined) throw new Error(`${reply.request.url} has no schema for its list`);
  const parts: string[] = [];
  for (let start = 0; start < items.length; start += itemsPerTurn) {
    if (start > 0) await turns.next();
    const part = serialize(items.slice(start, start + itemsPerTurn).map(present) as never) as string;
    parts.push(part.slice(1, -1));
  }
  return reply.type("application/json; charset=utf-8").send(`[${parts.join(",")}]`);
}
