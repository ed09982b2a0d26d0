import { isApiError } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint } from "../errors/cli-error.ts";
import { findKey } from "../keys/find-key.ts";
import { formatLastUse } from "../secrets/describe-secrets.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { printList } from "../terminal/print-list.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { pickRotation, secretListLayout } from "./live-secrets.ts";
import type { RotateOptions } from "./rotate-options.ts";

/**
 * Runs `briksync keys rotate <key> --abort`: ends the new secret and keeps the others. If the secret was used or
 * delivered, it needs `--force` and a confirmation, because the server then refuses its clients. Prints the remaining
 * secrets.
 */
export async function abortRotation(context: Context, text: string, options: RotateOptions): Promise<void> {
  const { io, signal } = context;
  const force = options.force === true;
  if (force) checkConsentPossible(context, "the server would refuse clients that use the new secret.");
  const client = await context.client();
  const key = await findKey(context, text);
  const secrets = await client.keys.rotations.list(key.id, { signal });
  const rotation = pickRotation(key, secrets, options.rotation, context.now());
  if (rotation.state === "current") {
    const what = `Rotation ${rotation.id} of "${key.name}" is finished. Its secret is the current one.`;
    throw new CliError("REFUSED", what, { hint: "To replace the secret, rotate the key again." });
  }
  if (force) {
    const use = formatLastUse(rotation, context.now());
    await confirmOrStop(
      context,
      `The new secret of "${sanitizeText(key.name)}" was ${sanitizeText(use)}. The server will refuse clients that use it. Abort the rotation?`,
    );
  }
  try {
    await client.keys.rotations.abort(key.id, rotation.id, { signal, ...(force && { force }) });
  } catch (error) {
    if (!isApiError(error, "ROTATION_IN_USE")) throw error;
    const command = `briksync keys rotate ${quoteArgument(key.clientId)}`;
    const hint = `To keep the new secret, run: ${command} --finish --rotation ${rotation.id}\nTo end it anyway, run: ${command} --abort --rotation ${rotation.id} --force`;
    throw new ErrorWithHint(error, hint, [`The new secret was ${formatLastUse(rotation, context.now())}.`]);
  }
  if ((await context.output()) === "table") {
    io.writeDone(`Aborted the rotation. The new secret of "${sanitizeText(key.name)}" stopped working.`);
  }
  const remaining = await client.keys.rotations
    .list(key.id, { signal })
    .catch(() => secrets.filter(({ id }) => id !== rotation.id));
  await printList(context, remaining, secretListLayout);
}
