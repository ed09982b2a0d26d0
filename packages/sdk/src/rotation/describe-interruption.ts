import type { BrikSyncError } from "../errors/errors.ts";
import { isBrikSyncError } from "../errors/guards.ts";
import { redact } from "../errors/redact.ts";
import { readRotationHolder } from "../errors/rotation-holder.ts";
import type { DeliveryState, InterruptionFacts, RotationHolder, RotationStep } from "../errors/rotation-interrupted.ts";
import { RotationInterruptedError } from "../errors/rotation-interrupted.ts";

/** The state of a rotation when it was interrupted. */
export interface InterruptedState
  extends Pick<InterruptionFacts, "step" | "keyId" | "rotationId" | "delivery" | "secrets"> {
  readonly idempotencyKey: string;
  /** Values that must not appear in the message. */
  readonly texts: readonly string[];
}

const steps: Readonly<Record<RotationStep, string>> = {
  prepare: "The rotation could not be started",
  deliver: "The new secret was not delivered",
  verify: "The new secret was not verified",
  drain: "The beforeFinish hook failed",
  finish: "The rotation was not finished",
};

const deliveries: Readonly<Record<DeliveryState, string>> = {
  none: "The new secret was not delivered.",
  unknown: "The new secret may have been delivered to some destinations.",
  done: "The new secret was delivered.",
};

/** Creates the error of an interrupted rotation: why it stopped, which secrets work and how to resume. */
export function describeInterruption(cause: unknown, state: InterruptedState): RotationInterruptedError {
  const { texts, ...facts } = state;
  const known: Partial<BrikSyncError> = isBrikSyncError(cause) ? cause : {};
  const { type = "ROTATION_INTERRUPTED", status, requestId, retryAfterSeconds, attempts = 0 } = known;
  const holder = readRotationHolder(cause) ?? undefined;
  const text = redact(cause instanceof Error ? cause.message : String(cause), texts);
  return new RotationInterruptedError({
    ...facts,
    holder,
    reason: `${steps[facts.step]}: ${/[.!?…]$/.test(text) ? text : `${text}.`}`,
    standing: describeState(state),
    advice: formatAdvice(state, holder, retryAfterSeconds),
    // The same Idempotency-Key selects the same rotation. It cannot be resumed once the rotation has ended.
    type: facts.secrets === "superseded" && type === "NOT_FOUND" ? "IDEMPOTENCY_SUPERSEDED" : type,
    status,
    requestId,
    retryAfterSeconds,
    attempts,
    outcome: "unknown",
    retryable: facts.secrets !== "superseded",
    cause,
  });
}

function describeState({ secrets, delivery }: InterruptedState): string {
  switch (secrets) {
    case "unchanged":
      return "The old secret works. The server may have created a new secret, but it was not delivered.";
    case "both-work":
      return `The old and the new secret both work. ${deliveries[delivery]}`;
    case "superseded":
      return "The rotation was finished, aborted or replaced by another run, or the key was revoked.";
    case "unknown":
      return "The new secret was delivered and works. The old secret may or may not work.";
  }
}

function formatAdvice(
  { secrets, delivery, keyId, rotationId }: InterruptedState,
  holder: RotationHolder | undefined,
  retryAfterSeconds: number | undefined,
): string {
  if (secrets === "superseded")
    return "To list the secrets that work, call keys.rotations.list. To rotate again, use a new idempotencyKey.";
  const rerun = "To resume with the same secret, call rotateSafely again with the same idempotencyKey";
  const place = `"${keyId}", "${rotationId}"`;
  if (holder !== undefined && holder.rotationId !== rotationId) {
    const wait =
      retryAfterSeconds === undefined ? "" : ` It holds the lease for at most ${retryAfterSeconds} more seconds.`;
    return `Rotation "${holder.rotationId}" blocks this one.${wait} ${rerun} after it has ended, or set waitMs to wait for it.`;
  }
  if (secrets === "unchanged") return `${rerun}. If the new secret is not used, it expires.`;
  if (delivery === "none")
    return `${rerun}. To abort the rotation instead, call keys.rotations.abort(${place}, { force: true }).`;
  if (delivery === "unknown") return `${rerun}. The secret is then delivered again to every destination.`;
  return `${rerun}. To finish the rotation instead, call keys.rotations.finish(${place}).`;
}
