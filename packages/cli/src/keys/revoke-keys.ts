import type { ApiKey } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { AmbiguousError, CliError, ErrorWithHint } from "../errors/cli-error.ts";
import { describeLastUse, formatLastUse } from "../secrets/describe-secrets.ts";
import { canAsk, checkConsentPossible, confirmByTypingOrStop } from "../terminal/confirm.ts";
import { printList } from "../terminal/print-list.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import { findKeys } from "./find-key.ts";
import { createKeyListLayout } from "./list-keys.ts";

/**
 * Runs `briksync keys revoke`. Finds all keys before it revokes the first. Shows the last use of each key and asks the
 * user to confirm by typing. Skips keys that are already revoked.
 */
export async function revokeKeys(context: Context, texts: readonly string[]): Promise<void> {
  checkConsentPossible(context, "a revoked key cannot be restored.");
  const client = await context.client();
  const keys = await findAllOrNone(context, texts);
  const active = keys.filter((key) => key.status !== "revoked");
  if (active.length > 0) await confirm(context, active);
  const done: ApiKey[] = [];
  const isTable = (await context.output()) === "table";
  for (const key of keys) {
    if (!active.includes(key)) {
      if (isTable)
        context.io.writeStatus(
          `"${sanitizeText(key.name)}" was already revoked${key.revokedOn ? `, on ${sanitizeText(key.revokedOn)}` : ""}.`,
        );
      done.push(key);
      continue;
    }
    try {
      done.push(await client.keys.revoke(key.id, { signal: context.signal }));
    } catch (error) {
      throw await explainHalfDone(context, error, keys, done);
    }
    if (isTable) {
      const lastUse = formatLastUse(key, context.now());
      context.io.writeDone(`"${sanitizeText(key.name)}" is revoked (${sanitizeText(lastUse)}).`);
    }
  }
  await printDone(context, done);
}

// If one of several keys is not found, the user must know that no other key was revoked.
async function findAllOrNone(context: Context, texts: readonly string[]): Promise<readonly ApiKey[]> {
  try {
    return await findKeys(context, texts, { mayBeRevoked: true });
  } catch (error) {
    if (!(error instanceof CliError) || texts.length === 1) throw error;
    // The user chooses one of the candidates, and the command starts again.
    if (error instanceof AmbiguousError && canAsk(context)) throw error;
    throw new ErrorWithHint(error, `Nothing was revoked. ${error.hint ?? ""}`.trim());
  }
}

async function confirm(context: Context, keys: readonly ApiKey[]): Promise<void> {
  const { globals, io } = context;
  const [key] = keys;
  if (globals.isYes || key === undefined) return;
  const { bold, yellow } = io.statusColors;
  const lines = keys.map((each) => {
    const lastUse = describeLastUse(each, context.now());
    return `${bold(sanitizeText(each.name))}  ${sanitizeText(each.clientId)}\n  Last used  ${sanitizeText(lastUse)}`;
  });
  const what = keys.length === 1 ? "this key" : "these keys";
  io.writeError(
    [...lines, yellow(`The server will refuse all requests that use ${what}. This cannot be undone.`)].join("\n"),
  );
  if (keys.length > 1) {
    const phrase = `revoke ${keys.length} keys`;
    await confirmByTypingOrStop(context, `To confirm, type "${phrase}":`, [phrase], `"${phrase}"`);
    return;
  }
  // A name that cannot be shown unchanged cannot be typed either.
  const isTypable = isShowable(key.name) && key.name.trim() !== "";
  const accepted = isTypable ? [key.name, key.clientId] : [key.clientId];
  await confirmByTypingOrStop(
    context,
    `To confirm, type the ${isTypable ? "name" : "client ID"} of the key:`,
    accepted,
    `"${isTypable ? key.name : key.clientId}"`,
  );
}

async function explainHalfDone(
  context: Context,
  error: unknown,
  keys: readonly ApiKey[],
  done: readonly ApiKey[],
): Promise<unknown> {
  if (done.length === 0) return error;
  await printDone(context, done);
  const left = keys.slice(done.length).map((key) => quoteArgument(key.clientId));
  return new ErrorWithHint(
    error,
    `Revoked ${done.length} of ${keys.length} keys. To resume, run: briksync keys revoke ${left.join(" ")}`,
  );
}

// With -o table, the status messages contain everything.
async function printDone(context: Context, done: readonly ApiKey[]): Promise<void> {
  if ((await context.output()) !== "table")
    await printList(context, done, createKeyListLayout({ status: "all", empty: "" }));
}
