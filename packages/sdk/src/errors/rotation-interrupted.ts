import { BrikSyncError, type ErrorFacts } from "./errors.ts";

/** The rotation that has a key's lease, or had it last, as a refusal names it. */
export interface RotationHolder {
  readonly rotationId: string;
  readonly startedOn?: string;
  /** E-mail of whoever began it. */
  readonly startedBy?: string;
  /** Until when it has the lease; in the past when it came later than yours and may have been delivered. */
  readonly leaseExpiresOn?: string;
}

/** Where a safe rotation was interrupted; `drain` is `beforeFinish`. */
export type RotationStep = "prepare" | "deliver" | "verify" | "drain" | "finish";

/** How far the new secret got: nowhere, perhaps somewhere, or to where `deliver` takes it. */
export type DeliveryState = "none" | "unknown" | "done";

/**
 * Which secrets work after an interruption: `unchanged` the old one alone matters, `both-work`, `superseded` this
 * rotation has ended by another one, an abort or a revocation, `unknown` the new one works and the old one perhaps.
 */
export type SecretsState = "unchanged" | "both-work" | "superseded" | "unknown";

/** The facts of an interrupted rotation besides those of every error. */
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
 * `keys.rotateSafely` stopped after it had begun. It ended no secret that may be in use; the message says what went wrong,
 * what holds now and how to go on. `type` and `status` are those of the cause where that is an error of this package, else
 * `ROTATION_INTERRUPTED`; `idempotencyKey`, given to the same call again, goes on with the same secret.
 */
export class RotationInterruptedError extends BrikSyncError {
  declare readonly step: RotationStep;
  declare readonly keyId: string;
  /** Absent when it is not known whether the rotation has begun. */
  declare readonly rotationId?: string;
  /** How far the new secret got. */
  declare readonly delivery: DeliveryState;
  /** Which secrets work. */
  declare readonly secrets: SecretsState;
  /** Who has the key's lease, where that is what stopped it. */
  declare readonly holder?: RotationHolder;
  /** What went wrong. */
  declare readonly reason: string;
  /** What holds now. */
  declare readonly standing: string;
  /** How to go on. */
  declare readonly advice: string;
  declare readonly idempotencyKey: string;
  readonly #cause: unknown;

  constructor({ cause, ...facts }: InterruptionFacts) {
    super(`${facts.reason} ${facts.standing} ${facts.advice}`, facts);
    this.#cause = cause;
  }

  /** What stopped it. No own property, so that it is not printed along: an error of a delivery may quote the secret. */
  override get cause(): unknown {
    return this.#cause;
  }

  override get name(): "RotationInterruptedError" {
    return "RotationInterruptedError";
  }
}
