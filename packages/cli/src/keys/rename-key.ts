import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { canAsk } from "../terminal/confirm.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { findKey } from "./find-key.ts";
import { warnOfSameName } from "./notices.ts";
import { printKey } from "./show-key.ts";

/**
 * Runs `briksync keys rename`. Prompts for a missing name at a terminal. The secret, client ID and allowlist do not
 * change.
 */
export async function renameKey(context: Context, text: string, newName: string | undefined): Promise<void> {
  if (newName === undefined && !canAsk(context)) {
    throw new CliError("USAGE", "Missing required argument 'name'.", { hint: "See: briksync keys rename --help" });
  }
  const client = await context.client();
  const before = await findKey(context, text);
  const name = newName ?? (await (await context.prompts()).input("New name:", { default: before.name }));
  const key = await client.keys.rename(before.id, name, { signal: context.signal });
  if ((await context.output()) !== "table") return printKey(context, key);
  const [old, current] = [before.name, key.name].map((each) => `"${sanitizeText(each)}"`);
  context.io.writeDone(
    old === current ? `The name of the key is already ${current}.` : `Renamed ${old} to ${current}.`,
  );
  await warnOfSameName(context, key);
}
