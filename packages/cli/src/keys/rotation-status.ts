import type { Context } from "../context.ts";
import { findKey } from "../find-key.ts";
import { printList } from "../output/print-list.ts";
import { secretListLayout } from "../rotation/secret-list-layout.ts";

/** The whole of `briksync keys rotate <key> --status`: every secret that works, and whether it is still used. */
export async function printRotationStatus(context: Context, text: string): Promise<void> {
  const { signal } = context;
  const client = await context.client();
  const key = await findKey(client, text, signal);
  await printList(context, await client.keys.rotations.list(key.id, { signal }), secretListLayout);
}
