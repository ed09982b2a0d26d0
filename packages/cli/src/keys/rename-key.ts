import type { Context } from "../context.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findKey } from "./find-key.ts";
import { mentionNamesakes } from "./mention-namesakes.ts";
import { printKey } from "./show-key.ts";

/** Runs `briksync keys rename`. The secret, client ID and allowlist do not change. */
export async function renameKey(context: Context, text: string, name: string): Promise<void> {
  const client = await context.client();
  const before = await findKey(client, text, context.signal);
  const key = await client.keys.rename(before.id, name, { signal: context.signal });
  if ((await context.output()) !== "table") return printKey(context, key);
  context.io.writeDone(`Renamed "${sanitizeText(before.name)}" to "${sanitizeText(key.name)}".`);
  await mentionNamesakes(context, client, key);
}
