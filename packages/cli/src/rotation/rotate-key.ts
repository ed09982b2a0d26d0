import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { describeStart, findRecovery, sendOnce, withJournal } from "../journal/with-journal.ts";
import { describeAllowlist } from "../keys/describe-key.ts";
import { findKey, requireActive } from "../keys/find-key.ts";
import {
  describeEndedSecrets,
  describeLastUse,
  findEndedSecrets,
  findOtherSecrets,
  omitCurrent,
  reportEndedSecrets,
  toEndedSecrets,
} from "../secrets/describe-secrets.ts";
import { checkSecretOutput, printSecret } from "../secrets/print-secret.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration } from "../text/time.ts";
import type { RotateOptions } from "./rotate-options.ts";

/**
 * Runs an immediate rotation: shows which secrets end, asks for confirmation, replaces the secret and prints the new
 * one. If the run is interrupted before that, the next run prints the same secret.
 */
export async function rotateKey(
  context: Context,
  text: string,
  options: Pick<RotateOptions, "grace" | "secretOnly">,
): Promise<void> {
  const { grace: graceSeconds = 0 } = options;
  await checkSecretOutput(context, options);
  checkConsentPossible(context, `the current secret would stop working ${formatEnd(graceSeconds)}.`);
  const client = await context.client();
  const key = await findKey(context, text);
  requireActive(key);
  const secrets = await findOtherSecrets(context, key);
  if (!context.globals.isYes) {
    const ended = findEndedSecrets(secrets, null, graceSeconds, context.now());
    context.io.writeError(describeConsequence(context, key, ended, graceSeconds));
    await confirmOrStop(context, `Rotate "${sanitizeText(key.name)}" now?`);
  }
  const server = (await context.settings()).server.value;
  const input = graceSeconds > 0 ? { graceSeconds } : {};
  const identity = { operation: "rotate", server, caller: null, key: key.id, input } as const;
  await withJournal(context, identity, async (call) => {
    const ended = await confirmNewRotations(context, key, secrets, graceSeconds).catch(async (error) => {
      if (!call.isResumed) await call.done();
      throw error;
    });
    const words = { what: `the rotation of "${key.name}"`, lostResponseHint };
    const response = await sendOnce(context, call, words, (idempotencyKey) =>
      client.keys.rotate(key.id, { signal: context.signal, idempotencyKey, ...input }),
    );
    const isRecovered = response.isReplay && call.isResumed;
    const begun = describeStart(call, context.now());
    await printSecret(
      context,
      {
        // A replayed response ends no secret now, and the secrets that the first response ended are unknown.
        key: { ...key, ...response, ...(!response.isReplay && { endedSecrets: toEndedSecrets(ended) }) },
        title: isRecovered
          ? `Recovered the secret of the rotation of "${key.name}" that started ${begun}.`
          : `Rotated "${key.name}". The old secret ${graceSeconds > 0 ? `stops working ${formatEnd(graceSeconds)}` : "stopped working"}.`,
        next: [
          { what: "Replace", how: "the old secret wherever it is in use" },
          { what: "Last use", how: describeLastUse(key, context.now()) },
          { what: "Verify", how: "briksync keys verify   (prompts for the secret)" },
        ],
        recoveryHint: findRecovery(context, call, response),
      },
      options,
    );
    await call.done();
    const isTable = options.secretOnly === true || (await context.output()) === "table";
    if (isTable && !response.isReplay) reportEndedSecrets(context, ended, graceSeconds);
  });
}

/**
 * Returns the secrets that the rotation ends, read right before it. Asks for another confirmation if a staged rotation
 * was started since `seen` was read, because its secret would end too. With `--yes`, throws REFUSED instead. Throws
 * DECLINED.
 */
async function confirmNewRotations(
  context: Context,
  key: ApiKey,
  seen: readonly LiveSecret[],
  graceSeconds: number,
): Promise<readonly LiveSecret[]> {
  // A server with only the documented calls has no staged rotations.
  if (key.rotation === undefined) return findEndedSecrets(seen, null, graceSeconds, context.now());
  const { keys } = await context.client();
  const secrets = await keys.rotations.list(key.id, { signal: context.signal });
  const ended = findEndedSecrets(secrets, null, graceSeconds, context.now());
  const isKnown = (id: string): boolean => seen.some((secret) => secret.id === id);
  if (!ended.some(({ id, state }) => state === "pending" && !isKnown(id))) return ended;
  if (context.globals.isYes) {
    const status = `briksync keys rotate ${quoteArgument(key.clientId)} --status`;
    throw new CliError("REFUSED", `Another run has just started a rotation of "${key.name}". Nothing was changed.`, {
      hint: `To see its secret, run: ${status}\nTo end that secret too, run the same command again.`,
    });
  }
  context.io.writeWarning(`Another run has started a rotation of "${sanitizeText(key.name)}" in the meantime.`);
  context.io.writeError(describeConsequence(context, key, ended, graceSeconds));
  await confirmOrStop(context, `Rotate "${sanitizeText(key.name)}" anyway?`);
  return ended;
}

const lostResponseHint =
  "If the server rotated the key, the old secret no longer works and the new one was lost. Run the same command again to get a secret that works.";

function formatEnd(graceSeconds: number): string {
  return graceSeconds > 0 ? `in ${formatDuration(graceSeconds)}` : "immediately";
}

function describeConsequence(
  { io, now }: Context,
  key: ApiKey,
  ended: readonly LiveSecret[],
  graceSeconds: number,
): string {
  const { bold, yellow } = io.statusColors;
  const [first = "", ...more] = describeAllowlist(key.ipAllowlist, now());
  const others = omitCurrent(ended);
  const lines = [
    `${bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}`,
    `  Last used     ${sanitizeText(describeLastUse(key, now()))}`,
    `  Allowed from  ${sanitizeText(first)}`,
    ...more.map((line) => `                ${sanitizeText(line)}`),
    yellow(
      `The current secret stops working ${formatEnd(graceSeconds)}. The server will refuse clients that still use it.`,
    ),
    ...(others.length === 0 ? [] : [yellow("These secrets of earlier rotations stop working at the same time:")]),
    ...describeEndedSecrets(others, now()).map((line) => `  ${line}`),
  ];
  return lines.join("\n");
}
