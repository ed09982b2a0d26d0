import type { BrikSyncError } from "../errors/errors.ts";
import { isBrikSyncError } from "../errors/guards.ts";
import { redact } from "../errors/redact.ts";
import { readRotationHolder } from "../errors/rotation-holder.ts";
import type { DeliveryState, RotationHolder, RotationStep, SecretsState } from "../errors/rotation-interrupted.ts";
import { RotationInterruptedError } from "../errors/rotation-interrupted.ts";

/** Where a rotation stood when it was interrupted. */
export interface Standing {
  readonly step: RotationStep;
  readonly keyId: string;
  readonly rotationId: string | undefined;
  readonly idempotencyKey: string;
  readonly delivery: DeliveryState;
  readonly secrets: SecretsState;
  /** Texts that must not appear in the message. */
  readonly texts: readonly string[];
}

const STEPS: Readonly<Record<RotationStep, string>> = {
  prepare: "The rotation could not be begun",
  deliver: "The new secret was not delivered",
  verify: "The new secret was not verified",
  drain: "What was to happen before the finish failed",
  finish: "The rotation was not finished",
};

const DELIVERIES: Readonly<Record<DeliveryState, string>> = {
  none: "The new one was not delivered.",
  unknown: "The new one may have been delivered, perhaps in part.",
  done: "The new one was delivered.",
};

/** Makes the error that says why a rotation stopped, what holds now and how to go on. */
export function describeInterruption(cause: unknown, standing: Standing): RotationInterruptedError {
  const { step, keyId, rotationId, idempotencyKey, delivery, secrets, texts } = standing;
  const known: Partial<BrikSyncError> = isBrikSyncError(cause) ? cause : {};
  const { type = "ROTATION_INTERRUPTED", status, requestId, retryAfterSeconds, attempts = 0 } = known;
  const holder = readRotationHolder(cause) ?? undefined;
  const words = redact(cause instanceof Error ? cause.message : String(cause), texts);
  return new RotationInterruptedError({
    step,
    keyId,
    rotationId,
    delivery,
    secrets,
    holder,
    reason: `${STEPS[step]}: ${/[.!?…]$/.test(words) ? words : `${words}.`}`,
    standing: describeState(standing),
    advice: wordAdvice(standing, holder, retryAfterSeconds),
    // The same rotation twice is one rotation; only where it has ended is there nothing to repeat.
    type: secrets === "superseded" && type === "NOT_FOUND" ? "IDEMPOTENCY_SUPERSEDED" : type,
    status,
    requestId,
    retryAfterSeconds,
    attempts,
    outcome: "unknown",
    retryable: secrets !== "superseded",
    idempotencyKey,
    cause,
  });
}

function describeState({ secrets, delivery }: Standing): string {
  switch (secrets) {
    case "unchanged":
      return "The old secret works. There may be a new one, which nobody has.";
    case "both-work":
      return `Nothing was ended: the old secret and the new one both work. ${DELIVERIES[delivery]}`;
    case "superseded":
      return "This rotation has ended: it was finished, aborted, replaced or revoked by somebody else.";
    case "unknown":
      return "The new secret works and was delivered. It is not known whether the old one has ended.";
  }
}

function wordAdvice(
  { secrets, delivery, keyId, rotationId }: Standing,
  holder: RotationHolder | undefined,
  retryAfterSeconds: number | undefined,
): string {
  if (secrets === "superseded") return "See what works with keys.rotations.list, and rotate with a new idempotencyKey.";
  const rerun = "Run it again with the same idempotencyKey to go on with the same secret";
  const place = `"${keyId}", "${rotationId}"`;
  if (holder !== undefined && holder.rotationId !== rotationId) {
    const wait = retryAfterSeconds === undefined ? "" : ` It has the key for ${retryAfterSeconds} s at most.`;
    return `Rotation "${holder.rotationId}" is in the way.${wait} ${rerun} when it has ended, or wait for it with waitMs.`;
  }
  if (secrets === "unchanged") return `${rerun}; unused, it ends by itself.`;
  if (delivery === "none") return `${rerun}, or drop it: keys.rotations.abort(${place}, { force: true }).`;
  if (delivery === "unknown") return `${rerun}; it is delivered again from the first place on.`;
  return `${rerun}, or finish it: keys.rotations.finish(${place}).`;
}
