import type { ApiKey, BrikSync } from "@briksync/sdk";
import type { Context } from "../context.ts";

/**
 * Tells a person at a terminal that other active keys bear the name a key was just given, since the name alone no longer finds it.
 * Only a courtesy: costs a request, and keeps quiet when that fails.
 */
export async function mentionNamesakes(
  context: Context,
  client: Pick<BrikSync, "keys">,
  key: Pick<ApiKey, "id" | "name" | "clientId">,
): Promise<void> {
  const { io, globals, signal } = context;
  if (!io.isTalkTty || globals.isQuiet || (await context.output()) !== "table") return;
  const name = key.name.normalize("NFC");
  try {
    for await (const other of client.keys.list({ status: "active" }, { signal })) {
      if (other.id === key.id || other.name.normalize("NFC") !== name) continue;
      const { yellow } = io.talkColours;
      io.writeTalk(`\n${yellow("!")} Another active key has this name too; tell them apart by client id.`);
      return;
    }
  } catch {
    // What was asked for is done; a failure here would only cast doubt on it.
  }
}
