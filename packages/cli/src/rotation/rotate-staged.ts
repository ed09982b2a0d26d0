import { setTimeout as sleep } from "node:timers/promises";
import { type ApiKey, isApiError, readRotationHolder, type StagedRotation } from "@briksync/sdk";
import { carryFlags } from "../config/settings.ts";
import type { Context } from "../context.ts";
import { ErrorWithHint, isOutcomeUnknown } from "../errors/cli-error.ts";
import { findRecovery, type JournaledCall } from "../journal/with-journal.ts";
import { findKey, requireActive } from "../keys/find-key.ts";
import { describeHolder, describeLastUse, describeWaiting } from "../secrets/describe-secrets.ts";
import { checkSecretOutput, printSecret } from "../secrets/print-secret.ts";
import { quoteArgument, quoteCommand } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatRelativeTime, shortenTime } from "../text/time.ts";
import { explainPendingLimit, explainStop } from "./delivery/explain-stop.ts";
import { RotationState } from "./delivery/rotation-state.ts";
import { takeRotation } from "./delivery/take-rotation.ts";
import { type RotateOptions, waitSecondsDefault } from "./rotate-options.ts";

/**
 * Runs `briksync keys rotate <key> --staged` without destinations: prints a new secret and leaves the rotation pending.
 * Needs no confirmation, because no secret ends. If the run is interrupted before it prints the secret, the next run
 * prints the same one.
 */
export async function stageSecret(context: Context, text: string, options: RotateOptions): Promise<void> {
  await checkSecretOutput(context, options);
  const key = await findKey(context, text);
  requireActive(key);
  const waitMs = (options.wait ?? waitSecondsDefault) * 1000;
  const plan = { waitMs, takeOver: options.takeOver === true, sinks: [] };
  await takeRotation(context, key, plan, async (call) => {
    const staged = await stage(context, key, plan, call);
    const { key: after, clientId, clientSecret, id: rotationId, expiresOn, leaseExpiresOn, isReplay } = staged;
    const now = context.now();
    const end =
      expiresOn === null
        ? null
        : `${formatRelativeTime(expiresOn, now)}, at ${shortenTime(expiresOn)}, unless it is used`;
    const begun = formatRelativeTime(call.begunOn.toISOString(), now);
    const what =
      call.isResumed && isReplay
        ? `Recovered the new secret of "${after.name}" from the rotation that started ${begun}.`
        : `Created a new secret of "${after.name}".`;
    const finish = `briksync keys rotate ${quoteArgument(clientId)} --finish --rotation ${rotationId}`;
    await printSecret(
      context,
      {
        key: { ...after, clientId, clientSecret, isReplay, rotationId, expiresOn, leaseExpiresOn },
        title: `${what} The old secret still works.`,
        next: [
          { what: "Install", how: "the new secret wherever the old one is in use" },
          ...(end === null ? [] : [{ what: "Expires", how: end }]),
          { what: "Finish", how: finish },
          { what: "Or abort", how: finish.replace("--finish", "--abort") },
          { what: "Last use", how: `${describeLastUse(key, context.now())} (old secret)` },
        ],
        recoveryHint: findRecovery(context, call, after),
      },
      options,
    );
    await call.done();
    // At a terminal, the frame contains this information.
    if (context.io.isDataTty || (await context.output()) !== "table") return;
    if (end !== null) context.io.writeStatus(sanitizeText(`The new secret expires ${end}.`));
    context.io.writeStatus(
      sanitizeText(carryFlags(`To finish the rotation, run: ${finish}`, await context.settings())),
    );
  });
}

async function stage(
  context: Context,
  key: ApiKey,
  { waitMs, takeOver }: { readonly waitMs: number; readonly takeOver: boolean },
  call: JournaledCall,
): Promise<StagedRotation> {
  const { signal } = context;
  const { keys } = await context.client();
  const state = new RotationState(key, []);
  if (call.isResumed) state.takeUp();
  try {
    return await waitForTurn(context, waitMs, () =>
      keys.rotate(key.id, {
        mode: "staged",
        signal,
        idempotencyKey: call.idempotencyKey,
        ...(takeOver && { takeOver }),
      }),
    );
  } catch (error) {
    if (isOutcomeUnknown(error)) state.secrets = "perhaps-two";
    const isOver = isApiError(error, "IDEMPOTENCY_SUPERSEDED") || isApiError(error, "IDEMPOTENCY_KEY_REUSED");
    if (state.secrets === "unchanged" || isOver) await call.done();
    if (isOver) throw new ErrorWithHint(error, `To get another secret, run: ${quoteCommand(context.host)}`);
    if (isApiError(error, "TOO_MANY_ROTATIONS")) throw await explainPendingLimit(context, key, error);
    throw explainStop(error, state, quoteCommand(context.host), signal);
  }
}

/** Other runs usually end long before their lease expires. */
const pollMsMax = 5000;

/**
 * Runs `work`, and repeats it while another rotation of the key is in progress, for at most `waitMs`. Prints once what
 * it waits for. Throws the last error of `work`.
 */
async function waitForTurn<T>(context: Context, waitMs: number, work: () => Promise<T>): Promise<T> {
  const { io, signal } = context;
  const isTable = (await context.output()) === "table";
  const deadline = performance.now() + waitMs;
  let reportedLabel: string | undefined;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const leftMs = deadline - performance.now();
      if (!isApiError(error, "ROTATION_IN_PROGRESS") || error.retryAfterSeconds === undefined || leftMs <= 0)
        throw error;
      const holder = readRotationHolder(error);
      const label = `Waiting for ${describeHolder(holder)}`;
      if (isTable && label !== reportedLabel) io.writeStatus(describeWaiting(holder));
      reportedLabel = label;
      using _waiting = io.startWaiting(label);
      await sleep(Math.min(leftMs, error.retryAfterSeconds * 1000, pollMsMax), undefined, { signal });
    }
  }
}
