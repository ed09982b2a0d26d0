import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";

/**
 * Prints a warning if another active key has the same name as this key, because the name no longer selects it. Needs
 * one request. Prints nothing if that fails, or with --quiet.
 */
export async function mentionNamesakes(context: Context, key: Pick<ApiKey, "id" | "name">): Promise<void> {
  const { io, globals, signal } = context;
  if (globals.isQuiet) return;
  const name = key.name.normalize("NFC");
  try {
    for await (const other of (await context.client()).keys.list({ status: "active" }, { signal })) {
      if (other.id === key.id || other.name.normalize("NFC") !== name) continue;
      io.writeStatus(
        `\n${io.statusColors.yellow("!")} Another active key has the same name. Use the client ID to select one of them.`,
      );
      return;
    }
  } catch {
    // The command has succeeded. An error here would only cast doubt on that.
  }
}
