import { BrikSyncError, type ErrorFacts } from "./errors.ts";

/** The rotation that holds or last held the lease of a key. */
export interface RotationHolder {
  readonly rotationId: string;
  readonly startedOn?: string;
  /** Email address of the user who started it, or the name of the trust or automation token. */
  readonly startedBy?: string;
  /**
   * When its lease expires. It can be in the past if the rotation started later than yours and may have been delivered.
   */
  readonly leaseExpiresOn?: string;
}

/** The step at which a safe rotation was interrupted. `drain` is the `beforeFinish` hook. */
export type RotationStep = "prepare" | "deliver" | "verify" | "drain" | "finish";

/** Whether the new secret was delivered. `unknown`: it may have been delivered to some destinations. */
export type DeliveryState = "none" | "unknown" | "done";

/**
 * Which secrets work after an interrupted rotation:
 * - `unchanged`: the old secret works. The server may have created a new one, but it was not delivered.
 * - `both-work`: the old and the new secret work.
 * - `superseded`: the rotation was finished, aborted or replaced by another run, or the key was revoked.
 * - `unknown`: the new secret works. The old one may or may not work.
 */
export type SecretsState = "unchanged" | "both-work" | "superseded" | "unknown";

/** The properties of a `RotationInterruptedError`. */
export interface InterruptionFacts extends ErrorFacts {
  readonly step: RotationStep;
  readonly keyId: string;
  readonly rotationId: string | undefined;
  readonly delivery: DeliveryState;
  readonly secrets: SecretsState;
  readonly holder: RotationHolder | undefined;
  readonly reason: string;
  readonly standing: string;
  readonly advice: string;
}

/**
 * `keys.rotateSafely` stopped after the rotation had started. No secret that may be in use was ended. The message says
 * what failed, which secrets work, and how to resume. `type` and `status` are those of the cause if it is an error of
 * the SDK. Otherwise, `type` is `ROTATION_INTERRUPTED`.
 *
 * @example
 * try {
 *   await briksync.keys.rotateSafely(keyId, { deliver });
 * } catch (error) {
 *   if (!isRotationInterrupted(error)) throw error;
 *   console.error(error.reason, error.standing, error.advice);
 *   await briksync.keys.rotateSafely(keyId, { deliver, idempotencyKey: error.idempotencyKey });
 * }
 */
export class RotationInterruptedError extends BrikSyncError {
  declare readonly step: RotationStep;
  declare readonly keyId: string;
  /** ID of the rotation. Undefined if it is unknown whether the rotation started. */
  declare readonly rotationId?: string;
  /** Whether the new secret was delivered. */
  declare readonly delivery: DeliveryState;
  /** Which secrets work. */
  declare readonly secrets: SecretsState;
  /** The rotation that holds the lease, if that is why this rotation stopped. */
  declare readonly holder?: RotationHolder;
  /** What failed, as a sentence. */
  declare readonly reason: string;
  /** Which secrets work, as a sentence. */
  declare readonly standing: string;
  /** How to resume, as a sentence. */
  declare readonly advice: string;
  declare readonly idempotencyKey: string;
  readonly #cause: unknown;

  constructor({ cause, ...facts }: InterruptionFacts) {
    super(`${facts.reason} ${facts.standing} ${facts.advice}`, facts);
    this.#cause = cause;
  }

  /** The error that stopped the rotation. Not an own property and so not printed, because it may contain the secret. */
  override get cause(): unknown {
    return this.#cause;
  }

  override get name(): "RotationInterruptedError" {
    return "RotationInterruptedError";
  }
}
