import type { Api } from "../call/api.ts";
import { isApiError, isBrikSyncError } from "../errors/guards.ts";
import { readRotationHolder } from "../errors/rotation-holder.ts";
import type { DeliveryState, RotationStep, SecretsState } from "../errors/rotation-interrupted.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { StagedRotation } from "../models/rotation.ts";
import type {
  DeliveryContext,
  RotateSafelyOptions,
  RotationProgress,
  SafeRotation,
  StagedSecret,
} from "../models/safe-rotation.ts";
import type { Keys } from "../resources/keys.ts";
import { Deadline, DeadlineStop } from "../transport/deadline.ts";
import type { Runtime } from "../transport/runtime.ts";
import { BusyRetry } from "./busy-retry.ts";
import { describeInterruption } from "./describe-interruption.ts";
import { checkRotationOptions, createAbortedError, createContext } from "./rotation-hooks.ts";
import { RotationLease } from "./rotation-lease.ts";
import { findSituation, isGone, type RotationSituation } from "./rotation-situation.ts";
import { verifyStaged } from "./verify-staged.ts";

/**
 * The default of `expiresInSeconds`. It applies only to undelivered secrets, so that the secret of a stopped run
 * expires soon.
 */
const undeliveredSeconds = 600;
const maxDeliveries = 5;
const maxFinishes = 3;

/** Dependencies of a safe rotation. */
export interface SafeRotationParts {
  readonly keys: Keys;
  /** Sends calls without a session, for `verify`. */
  readonly anonymousApi: Api;
  readonly runtime: Pick<Runtime, "now" | "random" | "createIdempotencyKey">;
}

/** Rotates a key as described in `ServerKeys.rotateSafely`. */
export async function rotateSafely(
  parts: SafeRotationParts,
  keyId: string,
  options: RotateSafelyOptions,
): Promise<SafeRotation> {
  checkRotationOptions(options);
  const deadline = new Deadline(Number.POSITIVE_INFINITY, options.signal);
  try {
    return await new SafeRotationRun(parts, keyId, options, deadline).run();
  } finally {
    deadline.close();
  }
}

/** One run, with its state for the error report. */
class SafeRotationRun {
  readonly #parts: SafeRotationParts;
  readonly #keyId: string;
  readonly #options: RotateSafelyOptions;
  readonly #deadline: Deadline;
  readonly #idempotencyKey: string;
  readonly #calls: CallOptions;
  readonly #busyRetry: BusyRetry;
  #step: RotationStep = "prepare";
  #staged: StagedRotation | null = null;
  #delivery: DeliveryState = "none";
  #deliveries = 0;
  #secrets: SecretsState = "unchanged";

  constructor(parts: SafeRotationParts, keyId: string, options: RotateSafelyOptions, deadline: Deadline) {
    const { idempotencyKey = parts.runtime.createIdempotencyKey(), signal, timeoutMs } = options;
    this.#parts = parts;
    this.#keyId = keyId;
    this.#options = options;
    this.#deadline = deadline;
    this.#idempotencyKey = idempotencyKey;
    this.#calls = { ...(signal && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
    this.#busyRetry = new BusyRetry(options.waitMs ?? 0, parts.runtime.random);
  }

  /** Runs the rotation. Throws `RotationInterruptedError`, or the original error if the rotation did not start. */
  async run(): Promise<SafeRotation> {
    const staged = await this.#stage();
    this.#busyRetry.restore();
    this.#staged = staged;
    this.#secrets = "both-work";
    const { id: rotationId, isReplay, expiresOn } = staged;
    this.#emit({ kind: "prepared", rotationId, isReplay, expiresOn });
    try {
      return await this.#deliverUntilFinished(staged);
    } catch (error) {
      throw this.#interrupt(error);
    }
  }

  async #stage(): Promise<StagedRotation> {
    const { expiresInSeconds = undeliveredSeconds, takeOver = false } = this.#options;
    const input = { mode: "staged", expiresInSeconds, ...(takeOver && { takeOver }) } as const;
    for (;;) {
      try {
        const options = { ...this.#calls, ...input, idempotencyKey: this.#idempotencyKey };
        return await this.#parts.keys.rotate(this.#keyId, options);
      } catch (error) {
        if (await this.#waitForOther(error)) continue;
        const mayHaveBegun = isBrikSyncError(error) && error.outcome === "unknown" && !("clientSecret" in error);
        throw mayHaveBegun ? this.#interrupt(error) : error;
      }
    }
  }

  /**
   * Repeats the delivery until one attempt reaches the finish. Each attempt holds one uninterrupted lease and delivers
   * again.
   */
  async #deliverUntilFinished(staged: StagedRotation): Promise<SafeRotation> {
    for (;;) {
      this.#step = "deliver";
      const lease = await this.#takeLease(staged);
      if ("key" in lease) return lease;
      try {
        return await this.#attempt(staged, lease);
      } catch (error) {
        const { loss } = lease;
        if (loss === null || this.#deadline.stoppedBy !== null) throw error;
        this.#emit({ kind: "lease-lost", reason: loss });
        if (this.#delivery === "done") this.#delivery = "unknown";
        if (this.#deliveries >= maxDeliveries) throw lease.signal.reason;
      } finally {
        lease.release();
      }
    }
  }

  /** Returns the lease, or the result if an earlier run has already finished this rotation. */
  async #takeLease({ id }: StagedRotation): Promise<RotationLease | SafeRotation> {
    const { keys, runtime } = this.#parts;
    for (;;) {
      try {
        const lease = await RotationLease.take({
          renew: (leaseExpiresOn, signal) =>
            keys.rotations.renew(this.#keyId, id, {
              ...this.#calls,
              ...(leaseExpiresOn !== undefined && { leaseExpiresOn }),
              signal,
            }),
          now: runtime.now,
          signal: this.#options.signal,
        });
        this.#busyRetry.restore();
        return lease;
      } catch (error) {
        if (await this.#waitForOther(error)) continue;
        if (isGone(error)) return this.#explainGone(error);
        throw error;
      }
    }
  }

  async #attempt(staged: StagedRotation, lease: RotationLease): Promise<SafeRotation> {
    const { deliver, beforeFinish, finish = true } = this.#options;
    const { id: rotationId, keyId, clientId, clientSecret } = staged;
    const secret: StagedSecret = { keyId, rotationId, clientId, clientSecret };
    const context = createContext(lease);
    const delivery = ++this.#deliveries;
    this.#delivery = "unknown";
    this.#emit({ kind: "delivering", delivery });
    await this.#run(lease, () => deliver(secret, context));
    this.#delivery = "done";
    this.#emit({ kind: "delivered", delivery });
    this.#step = "verify";
    await this.#verify(lease, secret, context);
    this.#step = "drain";
    if (beforeFinish !== undefined) await this.#run(lease, () => beforeFinish(secret, context));
    this.#step = "finish";
    if (!finish) return this.#createResult(staged.key, false);
    this.#emit({ kind: "finishing" });
    return this.#finish(staged, lease);
  }

  async #verify(lease: RotationLease, secret: StagedSecret, context: DeliveryContext): Promise<void> {
    const { verify } = this.#options;
    if (verify === false) return;
    this.#emit({ kind: "verifying" });
    if (verify !== undefined) {
      await this.#run(lease, () => verify(secret, context));
      this.#emit({ kind: "verified" });
      return;
    }
    try {
      const refusedFor = await verifyStaged(this.#parts.anonymousApi, secret, this.#calls);
      this.#emit({ kind: "verified", ...(refusedFor && { refusedFor }) });
    } catch (error) {
      const isRefused = isApiError(error, "INVALID_CREDENTIALS");
      if (isRefused && (await this.#findSituation())?.state === "ended") this.#secrets = "superseded";
      throw error;
    }
    lease.requireHeld();
  }

  /**
   * Runs a function of the caller until the caller's signal aborts. Throws if the lease was not held for the whole
   * time.
   */
  async #run(lease: RotationLease, work: () => Promise<void>): Promise<void> {
    this.#requireNotAborted();
    try {
      await this.#deadline.limit((async () => work())());
    } catch (error) {
      this.#requireNotAborted();
      throw error instanceof DeadlineStop ? createAbortedError(this.#options.signal) : error;
    }
    lease.requireHeld();
  }

  /** Renews the lease a last time and finishes. After a lost response, retries and then looks up the state. */
  async #finish(staged: StagedRotation, lease: RotationLease): Promise<SafeRotation> {
    const { keys } = this.#parts;
    const { graceSeconds } = this.#options;
    await lease.hold();
    lease.release();
    const options = { ...this.#calls, leaseExpiresOn: lease.name, ...(graceSeconds !== undefined && { graceSeconds }) };
    for (let left = maxFinishes - 1; ; left--) {
      try {
        return this.#createResult(await keys.rotations.finish(this.#keyId, staged.id, options), true);
      } catch (error) {
        const isUnknown = isBrikSyncError(error) && error.outcome === "unknown";
        if (isApiError(error, "ROTATION_IN_PROGRESS") && !isUnknown) lease.lose("taken", error);
        if (isGone(error)) return this.#explainGone(error);
        if (!isUnknown) throw error;
        this.#secrets = "unknown";
        this.#requireNotAborted(error);
        const { state } = (await this.#findSituation()) ?? {};
        if (state === "current") return this.#createResult(await keys.get(this.#keyId, this.#calls), true);
        if (state === undefined) throw error;
        this.#secrets = state === "pending" ? "both-work" : "superseded";
        if (isApiError(error, "ROTATION_IN_PROGRESS")) lease.lose("taken", error);
        if (state !== "pending" || lease.loss !== null || left === 0) throw error;
      }
    }
  }

  /**
   * Explains why the rotation is no longer pending. An earlier or parallel run with the same key may have finished it
   * and delivered the same secret. Otherwise it has ended, and the secret of a later rotation may be delivered.
   */
  async #explainGone(error: unknown): Promise<SafeRotation> {
    this.#secrets = "superseded";
    const situation = await this.#findSituation();
    if (situation?.state !== "current" || situation.hasOthers) throw error;
    this.#secrets = "unknown";
    return this.#createResult(await this.#parts.keys.get(this.#keyId, this.#calls), true);
  }

  #findSituation(): Promise<RotationSituation | null> {
    const { keys } = this.#parts;
    return findSituation(keys.rotations, this.#keyId, this.#staged?.id, this.#calls);
  }

  /**
   * Waits for the rotation that holds the lease. Returns false if the error has another cause, or if no time is left.
   */
  async #waitForOther(error: unknown): Promise<boolean> {
    const delayMs = this.#busyRetry.plan(error);
    if (delayMs === null) return false;
    this.#emit({ kind: "waiting", holder: readRotationHolder(error), delayMs });
    await this.#deadline.wait(delayMs);
    this.#requireNotAborted();
    return true;
  }

  #requireNotAborted(error: unknown = createAbortedError(this.#options.signal)): void {
    if (this.#deadline.stoppedBy !== null) throw error;
  }

  #createResult(key: ApiKey, isFinished: boolean): SafeRotation {
    const { id: rotationId = "", isReplay = false } = this.#staged ?? {};
    return { rotationId, key, isReplay, deliveries: this.#deliveries, isFinished };
  }

  #interrupt(cause: unknown): Error {
    const { id: rotationId, clientSecret } = this.#staged ?? {};
    return describeInterruption(cause, {
      step: this.#step,
      keyId: this.#keyId,
      rotationId,
      idempotencyKey: this.#idempotencyKey,
      delivery: this.#delivery,
      secrets: this.#secrets,
      texts: clientSecret === undefined ? [] : [clientSecret.reveal()],
    });
  }

  #emit(progress: RotationProgress): void {
    try {
      this.#options.onProgress?.(progress);
    } catch {
      // A progress listener must not make a rotation fail.
    }
  }
}
