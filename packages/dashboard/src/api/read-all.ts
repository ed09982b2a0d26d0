/** Returns all items of a list that the SDK reads in pages. */
export async function readAll<Item>(list: AsyncIterable<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}
