import {
  type ApiKey,
  type DeliveryContext,
  isApiError,
  isRotationInterrupted,
  type LiveSecret,
  type RotateSafelyOptions,
  readRotationHolder,
  type SafeRotation,
  type StagedSecret,
} from "@briksync/sdk";
import type { Context } from "../../context.ts";
import type { JournaledCall } from "../../journal/with-journal.ts";
import { findEndedSecrets, toEndedSecrets } from "../../secrets/describe-secrets.ts";
import { deliverToSinks } from "../../sinks/deliver-to-sinks.ts";
import { requireReplaceable } from "../../sinks/overwriting.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import { explainPendingLimit, explainStop } from "./explain-stop.ts";
import type { FinishedRotation } from "./finished-rotation.ts";
import { createProgressReporter, type ProgressReporter } from "./report-progress.ts";
import { confirmEndedSecrets, type RotationPlan } from "./rotation-plan.ts";
import { RotationState } from "./rotation-state.ts";
import { takeRotation } from "./take-rotation.ts";
import { waitUntilDrained } from "./wait-drained.ts";

/**
 * Rotates one key with destinations: creates a new secret, delivers and verifies it, and then ends the old one. Resumes
 * an interrupted rotation that is in the journal. Errors contain the state of the secrets and destinations.
 */
export async function deliverRotation(context: Context, key: ApiKey, plan: RotationPlan): Promise<FinishedRotation> {
  for (;;) {
    const rotation = await takeRotation(context, key, plan, (call) => runOnce(context, key, plan, call));
    // The rotation of the earlier run has ended, and the journal entry was removed. The next iteration starts a new
    // one.
    if (rotation !== null) return rotation;
  }
}

/** One rotation of a key, with its state and messages. */
interface Run {
  readonly context: Context;
  readonly key: ApiKey;
  readonly plan: RotationPlan;
  readonly call: JournaledCall;
  readonly state: RotationState;
  readonly reporter: ProgressReporter;
  /** The secrets that the finish ends, as they were right before it. Empty until they are known. */
  ended: readonly LiveSecret[];
}

/** Runs a rotation with one Idempotency-Key. Returns null if the rotation of an earlier run cannot be resumed. */
async function runOnce(
  context: Context,
  key: ApiKey,
  plan: RotationPlan,
  call: JournaledCall,
): Promise<FinishedRotation | null> {
  const state = new RotationState(key, plan.sinks);
  if (call.isResumed) state.takeUp();
  const begunOn = call.isResumed ? call.begunOn : null;
  const reporter = createProgressReporter(context, (await context.output()) === "table", { key, state, begunOn, plan });
  const run: Run = { context, key, plan, call, state, reporter, ended: [] };
  try {
    // The user confirmed a resumed rotation when it started.
    if (!call.isResumed) await confirmEndedSecrets(context, key, plan);
    const { keys } = await context.client();
    const rotated = await keys.rotateSafely(key.id, describeRun(run));
    await call.done();
    // The user may have finished the rotation with another command, or the earlier run may have had other destinations.
    // Then some destinations of this run do not have the secret.
    if (rotated.deliveries === 0 && !plan.sinks.every(({ spec }) => call.notes.includes(spec))) return null;
    return conclude(run, rotated);
  } catch (error) {
    state.learn(error);
    if (call.isResumed && isOver(error, state, plan)) {
      reporter.reportEndOfEarlierRun();
      await call.done();
      return null;
    }
    const stop = explainStop(error, state, plan.resume, context.signal);
    if (state.secrets === "unchanged" || state.secrets === "superseded") await call.done();
    throw isApiError(error, "TOO_MANY_ROTATIONS") ? await explainPendingLimit(context, key, error) : stop;
  } finally {
    reporter.end();
  }
}

function describeRun(run: Run): RotateSafelyOptions {
  const { context, plan, call, reporter } = run;
  const { check, graceSeconds, isLeftPending, sinks, takeOver, waitMs } = plan;
  return {
    idempotencyKey: call.idempotencyKey,
    waitMs,
    signal: context.signal,
    finish: !isLeftPending,
    ...(takeOver && { takeOver }),
    ...(graceSeconds > 0 && { graceSeconds }),
    onProgress: (progress) => reporter.handle(progress),
    async deliver(secret, lease) {
      await deliverOnce(run, secret, lease);
      // Only a run that resumes this one during the finish needs the note, so errors do not stop the rotation.
      await call.note(sinks.map(({ spec }) => spec)).catch(() => {});
    },
    ...(check === null && { verify: false }),
    ...(check !== null && check !== "server" && { verify: check.run }),
    ...(!isLeftPending && { beforeFinish: ({ rotationId }, lease) => lookBeforeFinish(run, rotationId, lease) }),
  };
}

/** Delivers to all destinations under the lease. Stops at the first failure, or if the lease is lost. */
async function deliverOnce(run: Run, staged: StagedSecret, lease: DeliveryContext): Promise<void> {
  const { context, key, plan, state, reporter } = run;
  const { keyId, clientId, clientSecret } = staged;
  const secret = { name: key.name, id: keyId, clientId, clientSecret };
  await deliverToSinks(context, plan.sinks, secret, {
    signal: lease.signal,
    async attempt(sink, deliver) {
      await lease.holdLease();
      await state.track(sink, deliver);
      reporter.reportDelivery(sink);
    },
    async lookLast(sink) {
      // A process that was stopped, or a machine that slept, does not notice that its lease has expired.
      if (lease.leaseRemainingMs === 0) await lease.holdLease();
      lease.signal.throwIfAborted();
      if (plan.replaced !== "all" && !plan.replaced.has(sink)) await requireReplaceable(sink, secret);
    },
  });
}

async function lookBeforeFinish(
  run: Run,
  rotationId: string,
  lease: { readonly signal: AbortSignal; readonly serverTime: Date },
): Promise<void> {
  const { context, key, plan } = run;
  const { signal } = lease;
  const { keys } = await context.client();
  if (plan.quietSeconds !== undefined) {
    const watch = { signal, readServerTime: () => lease.serverTime };
    await waitUntilDrained(context, key, rotationId, plan.quietSeconds, watch);
  }
  // Needed for the report only, so errors do not stop the rotation.
  const secrets = await keys.rotations.list(key.id, { signal }).catch(() => []);
  run.ended = findEndedSecrets(secrets, rotationId, plan.graceSeconds, lease.serverTime);
}

function conclude({ plan, key, ended, reporter }: Run, rotated: SafeRotation): FinishedRotation {
  const { rotationId, isFinished, deliveries } = rotated;
  const { id, name, clientId } = key;
  const graceSeconds = isFinished ? plan.graceSeconds : null;
  const isDoneBefore = deliveries === 0;
  if (isDoneBefore) reporter.reportFinishedBefore();
  else if (isFinished) reporter.reportFinished(ended, plan.graceSeconds);
  else reporter.reportPending(`briksync keys rotate ${quoteArgument(clientId)} --finish --rotation ${rotationId}`);
  return {
    key: { id, name, clientId },
    rotationId,
    state: isFinished ? "finished" : "pending",
    sinks: plan.sinks.map(({ spec }) => spec),
    verified: isDoneBefore || plan.check === null ? null : plan.check === "server" ? "server" : "command",
    finishedOn: isFinished ? (rotated.key.rotatedOn ?? null) : null,
    graceSeconds,
    endedRotations: ended.filter(({ state }) => state === "pending").map((secret) => secret.id),
    endedSecrets: toEndedSecrets(ended),
  };
}

/** Returns whether the rotation of an earlier run has ended, or is abandoned because of `--take-over`. */
function isOver(error: unknown, { secrets }: RotationState, { takeOver }: RotationPlan): boolean {
  if (isRotationInterrupted(error)) {
    const isUntouched = error.delivery === "none";
    return isUntouched && (secrets === "superseded" || (takeOver && readRotationHolder(error) !== null));
  }
  return isApiError(error, "IDEMPOTENCY_SUPERSEDED") || isApiError(error, "IDEMPOTENCY_KEY_REUSED");
}
