import type { ErrorType } from "../errors/error-types.ts";
import type { RotationHolder } from "../errors/rotation-interrupted.ts";
import type { Secret } from "../secret/secret.ts";
import type { ApiKey } from "./api-key.ts";

/** The new secret of a rotation, as it is handed to whoever delivers or verifies it. */
export interface StagedSecret {
  readonly keyId: string;
  readonly rotationId: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** What a step of a safe rotation may look at while it runs. */
export interface RotationContext {
  /** Aborted by the caller's signal, and when the rotation's lease is lost or about to run out: stop writing at once. */
  readonly signal: AbortSignal;
  /** How long it is still safe to write; 0 when the lease is lost. For a last look right before the write itself. */
  readonly leaseRemainingMs: number;
  /** The time by the server's clock, for comparisons with what it answers. */
  readonly serverTime: Date;
}

/** What a delivery may look at and do. */
export interface DeliveryContext extends RotationContext {
  /** Renews the lease. Call it right before each place the secret goes to; let its rejection through. */
  holdLease(): Promise<void>;
}

/** How to rotate a key without an outage. */
export interface RotateSafelyOptions {
  /**
   * Puts the secret where it is used. It is called again, from the first place on, when another run of the same key may have
   * come in between, so it must be repeatable.
   */
  readonly deliver: (secret: StagedSecret, context: DeliveryContext) => Promise<void>;
  /**
   * Throws unless the delivered secret works. By default the server is asked, where a right secret that is refused for its
   * address, plan or rate counts as right; `false` for nothing.
   */
  readonly verify?: false | ((secret: StagedSecret, context: RotationContext) => Promise<void>) | undefined;
  /** Runs right before the finish; for example, waits until the old secret is no longer used. */
  readonly beforeFinish?: ((secret: StagedSecret, context: RotationContext) => Promise<void>) | undefined;
  /** `false` leaves both secrets working, for `keys.rotations.finish` later. */
  readonly finish?: boolean | undefined;
  /** How long the old secret goes on working after the finish (0-604800); it ends at once unless given. */
  readonly graceSeconds?: number | undefined;
  /** When the new secret ends if its delivery never begins (60-604800); 600 by default. */
  readonly expiresInSeconds?: number | undefined;
  /** Begins although another rotation is under way. For people who know that it is dead. */
  readonly takeOver?: boolean | undefined;
  /** Names the run, so that it can be gone on with for 24 hours, with the same options; generated unless given. */
  readonly idempotencyKey?: string | undefined;
  /** How long to wait for another rotation of the key, each time one is met; 0 by default. */
  readonly waitMs?: number | undefined;
  /** Hears each step; what it throws is ignored. */
  readonly onProgress?: ((progress: RotationProgress) => void) | undefined;
  /** Stops the rotation at any moment and ends no secret. */
  readonly signal?: AbortSignal | undefined;
  /** Total deadline of each call; the client's by default. */
  readonly timeoutMs?: number | undefined;
}

/** What came of a safe rotation. */
export interface SafeRotation {
  readonly rotationId: string;
  /** The key afterwards. */
  readonly key: ApiKey;
  /** Whether the secret is that of an earlier run with the same `idempotencyKey`. */
  readonly isReplay: boolean;
  /** Deliveries begun by this run; 0 when an earlier one had finished already. */
  readonly deliveries: number;
  /** False with `finish: false`: the rotation is still to be finished. */
  readonly isFinished: boolean;
}

/**
 * Why a rotation has its lease no more: `taken` another one has it, `taken-back` another one had it meanwhile, `expired`
 * it ran out unrenewed, `gone` the rotation itself has ended.
 */
export type LeaseLoss = "taken" | "taken-back" | "expired" | "gone";

/** A step of a safe rotation as it happens. */
export type RotationProgress =
  | { readonly kind: "waiting"; readonly holder: RotationHolder | null; readonly delayMs: number }
  | {
      readonly kind: "prepared";
      readonly rotationId: string;
      readonly isReplay: boolean;
      readonly expiresOn: string | null;
    }
  | { readonly kind: "delivering"; readonly delivery: number }
  | { readonly kind: "delivered"; readonly delivery: number }
  | { readonly kind: "verifying" }
  | { readonly kind: "verified"; readonly refusedFor?: ErrorType }
  | { readonly kind: "lease-lost"; readonly reason: LeaseLoss }
  | { readonly kind: "finishing" };
