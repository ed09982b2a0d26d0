import { type ApiKey, isApiError, isBrikSyncError, type LiveSecret, readRotationHolder } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError, ErrorWithHint, isOutcomeUnknown } from "../errors/cli-error.ts";
import { findKey } from "../keys/find-key.ts";
import {
  describeEndedSecrets,
  describeSecrets,
  findEndedSecrets,
  reportEndedSecrets,
  toEndedSecrets,
} from "../secrets/describe-secrets.ts";
import { checkConsentPossible, confirmOrStop } from "../terminal/confirm.ts";
import { quoteArgument, quoteCommand } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration } from "../text/time.ts";
import { printRotation } from "./delivery/finished-rotation.ts";
import { waitUntilDrained } from "./delivery/wait-drained.ts";
import { listReportedSecrets, pickRotation } from "./live-secrets.ts";
import type { RotateOptions } from "./rotate-options.ts";

/** The rotation to finish. */
interface Finish {
  readonly context: Context;
  readonly key: ApiKey;
  readonly rotation: LiveSecret;
  readonly options: RotateOptions;
}

/**
 * Runs `briksync keys rotate <key> --finish`: shows which secrets end and their last use, asks for confirmation, and
 * makes the new secret the only one. Safe to repeat.
 */
export async function finishRotation(context: Context, text: string, options: RotateOptions): Promise<void> {
  const { io } = context;
  const { grace: graceSeconds = 0 } = options;
  checkConsentPossible(context, "all other secrets of the key would stop working.");
  const key = await findKey(context, text);
  const secrets = await listReportedSecrets(context, key);
  const rotation = pickRotation(key, secrets, options.rotation, context.now());
  const run = { context, key, rotation, options };
  if (!context.globals.isYes) {
    const ended = findEndedSecrets(secrets, rotation.id, graceSeconds, context.now());
    io.writeError(describeConsequence(run, ended, graceSeconds));
    await confirmOrStop(context, `Finish the rotation of "${sanitizeText(key.name)}" now?`);
  }
  const { finished, before } = await finish(run, secrets).catch((error: unknown) => {
    throw advise(run, error);
  });
  const ended = findEndedSecrets(before, rotation.id, graceSeconds, context.now());
  if ((await context.output()) === "table") {
    const end = graceSeconds > 0 ? `works for another ${formatDuration(graceSeconds)}` : "stopped working";
    io.writeDone(`Rotated "${sanitizeText(key.name)}". The old secret ${end}.`);
    reportEndedSecrets(context, ended, graceSeconds);
  }
  await printRotation(context, {
    key: { id: key.id, name: key.name, clientId: key.clientId },
    rotationId: rotation.id,
    state: "finished",
    sinks: [],
    verified: null,
    finishedOn: finished.rotatedOn ?? null,
    graceSeconds,
    endedRotations: ended.filter(({ state }) => state === "pending").map(({ id }) => id),
    endedSecrets: toEndedSecrets(ended),
  });
}

/** Finishes the rotation. `before` contains the secrets as they were right before that, for the report. */
async function finish(run: Finish, secrets: readonly LiveSecret[]) {
  const { context, key, rotation } = run;
  const { grace = 0, waitDrained, takeOver } = run.options;
  const { signal } = context;
  const { rotations } = (await context.client()).keys;
  const isWaiting = waitDrained !== undefined && rotation.state === "pending" && !hasBeenOvertaken(rotation, secrets);
  const leaseExpiresOn = isWaiting ? await waitForDrain(run, waitDrained) : undefined;
  const before = await rotations.list(key.id, { signal }).catch(() => secrets);
  const finished = await rotations.finish(key.id, rotation.id, {
    signal,
    ...(grace > 0 && { graceSeconds: grace }),
    ...(leaseExpiresOn !== undefined && { leaseExpiresOn }),
    ...(takeOver === true && { takeOver }),
  });
  return { finished, before };
}

function describeConsequence({ context, key, rotation }: Finish, ended: readonly LiveSecret[], graceSeconds: number) {
  const { now } = context;
  const { bold, yellow } = context.io.statusColors;
  const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${sanitizeText(line)}`);
  const when = graceSeconds > 0 ? `in ${formatDuration(graceSeconds)}` : "immediately";
  return [
    `${bold(sanitizeText(key.name))}  ${sanitizeText(key.clientId)}`,
    "Keeps working:",
    ...indent(describeSecrets([rotation], now())),
    ...(ended.length === 0 ? [] : [yellow(`Stops working ${when}:`), ...indent(describeEndedSecrets(ended, now()))]),
    ...(rotation.lastUsedAt === null ? [yellow("The new secret has never been used.")] : []),
  ].join("\n");
}

/**
 * Returns whether another rotation held the lease last. Then the server refuses to finish this one, and its message
 * says why.
 */
function hasBeenOvertaken({ id }: LiveSecret, secrets: readonly LiveSecret[]): boolean {
  return secrets.some((other) => other.id !== id && other.state === "pending" && other.leaseExpiresOn !== null);
}

// Renews the lease during the wait, so that no other run delivers. The responses also contain the server's time.
async function waitForDrain({ context, key, rotation: { id } }: Finish, quietSeconds: number): Promise<string> {
  const { signal } = context;
  const { rotations } = (await context.client()).keys;
  let lease = await rotations.renew(key.id, id, { signal });
  if (lease.wasTakenOver) {
    throw new CliError("ROTATION_IN_PROGRESS", "A later rotation of this key may have delivered its secret.");
  }
  await waitUntilDrained(context, key, id, quietSeconds, {
    signal,
    pollMsMax: (lease.leaseSeconds * 1000) / 2,
    async readServerTime() {
      lease = await rotations.renew(key.id, id, { signal, leaseExpiresOn: lease.leaseExpiresOn });
      return new Date(Date.parse(lease.leaseExpiresOn) - lease.leaseSeconds * 1000);
    },
  });
  return lease.leaseExpiresOn;
}

function advise({ context, key, rotation: { id }, options }: Finish, error: unknown): unknown {
  const again = `${quoteCommand(context.host)}${options.rotation === undefined ? ` --rotation ${id}` : ""}`;
  if (context.signal.aborted || isOutcomeUnknown(error)) {
    // Operations that Ctrl-C cancels end with their own error.
    const cut = isBrikSyncError(error) ? error : new CliError("INTERRUPTED", "Interrupted.", { cause: error });
    const state = isOutcomeUnknown(error)
      ? `The new secret of "${key.name}" works. The old secret may or may not work.`
      : `The old and the new secret of "${key.name}" both work.`;
    return new ErrorWithHint(cut, `To resume, run: ${again}`, [state]);
  }
  if (!isApiError(error, "ROTATION_IN_PROGRESS")) return error;
  const holder = readRotationHolder(error);
  if (holder === null || holder.rotationId === id)
    return new ErrorWithHint(error, `When that run has ended, run: ${again}`);
  const other = `briksync keys rotate ${quoteArgument(key.clientId)} --finish --rotation ${holder.rotationId}`;
  return new ErrorWithHint(
    error,
    `To finish the later rotation, run: ${other}\nIf no destination has its secret, add --take-over.`,
  );
}
