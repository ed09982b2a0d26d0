import { BrikSyncError } from "../errors/errors.ts";
import { isApiError } from "../errors/guards.ts";
import type { RenewedLease } from "../models/rotation.ts";
import type { LeaseLoss } from "../models/safe-rotation.ts";

/** The last part of a lease is for whoever must be stopped: a write that has begun, a child process. */
const SAFE_SHARE = 3 / 4;
const RENEWAL_SHARE = 1 / 3;
const LOOK_SHARE = 1 / 12;

const LOSSES: Readonly<Record<LeaseLoss, string>> = {
  taken: "Another rotation of this key took the lease.",
  "taken-back": "Another rotation of this key held the lease in between.",
  expired: "The lease of the rotation expired because it was not renewed in time.",
  gone: "The rotation was finished or aborted by another run.",
};

/** Two clocks at one moment: the monotonic one stands still while the machine sleeps, the other may be set. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** How to renew a lease: with the name of the one it continues, or none to begin. */
export type RenewLease = (leaseExpiresOn: string | undefined, signal: AbortSignal) => Promise<RenewedLease>;

/** What a lease is made with. */
export interface LeaseParts {
  readonly renew: RenewLease;
  /** Milliseconds since 1970, by this machine. */
  readonly now: () => number;
  /** The caller's signal; it ends the work under the lease, not the lease. */
  readonly signal: AbortSignal | undefined;
}

/**
 * One unbroken hold of a rotation's lease, renewed in the background until `release()`. Once lost it stays lost, however
 * the next renewal is answered: what was delivered under it may have been overwritten.
 */
export class RotationLease {
  /** Why it is held no more; null as long as it is. */
  loss: LeaseLoss | null = null;
  readonly #parts: LeaseParts;
  readonly #work = new AbortController();
  readonly #calls = new AbortController();
  readonly #stopBySignal = (): void => {
    this.#work.abort(this.#parts.signal?.reason);
    this.#calls.abort();
  };
  #lease: RenewedLease;
  #since: Moment;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewal: Promise<void> | null = null;

  private constructor(parts: LeaseParts, lease: RenewedLease, since: Moment) {
    this.#parts = parts;
    this.#lease = lease;
    this.#since = since;
    const { signal } = parts;
    if (signal?.aborted) this.#stopBySignal();
    else signal?.addEventListener("abort", this.#stopBySignal);
    this.#lookLater();
  }

  /** Takes the lease. Rejects as `rotations.renew` does. */
  static async take(parts: LeaseParts): Promise<RotationLease> {
    const since = readClocks(parts.now);
    const signal = parts.signal ?? new AbortController().signal;
    return new RotationLease(parts, await parts.renew(undefined, signal), since);
  }

  /** The name of the lease, for the finish. */
  get name(): string {
    return this.#lease.leaseExpiresOn;
  }

  /** Aborted when the lease is lost, or by the caller. */
  get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** How long writing under it is still safe; 0 when it is lost. */
  get remainingMs(): number {
    if (this.loss !== null) return 0;
    return Math.max(0, this.#lease.leaseSeconds * 1000 * SAFE_SHARE - this.#elapsedMs);
  }

  /** The time by the server's clock. */
  get serverTime(): Date {
    const { leaseExpiresOn, leaseSeconds } = this.#lease;
    return new Date(Date.parse(leaseExpiresOn) - leaseSeconds * 1000 + this.#elapsedMs);
  }

  /** Renews it now. Rejects when it is lost or cannot be renewed. */
  async hold(): Promise<void> {
    this.requireHeld();
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    await this.#renewal;
    this.requireHeld();
  }

  /** Throws when it is lost. */
  requireHeld(): void {
    if (this.loss === null && this.remainingMs === 0) this.lose("expired");
    if (this.loss !== null) throw this.signal.reason;
  }

  /** Gives it up as lost and stops the work under it. */
  lose(loss: LeaseLoss, cause?: unknown): void {
    if (this.loss !== null) return;
    this.loss = loss;
    const facts = { type: "ROTATION_INTERRUPTED", outcome: "unknown", retryable: true, attempts: 0, cause } as const;
    this.#work.abort(new BrikSyncError(LOSSES[loss], facts));
    this.release();
  }

  /** Ends the renewals; the lease runs out by itself. */
  release(): void {
    clearTimeout(this.#timer);
    this.#calls.abort();
    this.#parts.signal?.removeEventListener("abort", this.#stopBySignal);
  }

  get #elapsedMs(): number {
    const { monotonicMs, wallMs } = readClocks(this.#parts.now);
    return Math.max(monotonicMs - this.#since.monotonicMs, wallMs - this.#since.wallMs);
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => this.#look(), this.#lease.leaseSeconds * 1000 * LOOK_SHARE);
  }

  #look(): void {
    if (this.remainingMs === 0) {
      this.lose("expired");
      return;
    }
    // A renewal that fails is tried again at the next look, as long as there is time.
    if (this.#elapsedMs >= this.#lease.leaseSeconds * 1000 * RENEWAL_SHARE) this.hold().catch(() => undefined);
    this.#lookLater();
  }

  async #renew(): Promise<void> {
    const since = readClocks(this.#parts.now);
    try {
      const lease = await this.#parts.renew(this.#lease.leaseExpiresOn, this.#calls.signal);
      // Only an answer within the time of the lease before proves that nobody could have it in between: a repetition of a
      // renewal whose answer was lost does not tell.
      if (this.remainingMs === 0) this.lose("expired");
      else if (lease.wasTakenOver) this.lose("taken-back");
      else [this.#lease, this.#since] = [lease, since];
    } catch (error) {
      if (isApiError(error, "ROTATION_IN_PROGRESS")) this.lose("taken", error);
      else if (isApiError(error, "NOT_FOUND") || isApiError(error, "KEY_REVOKED")) this.lose("gone", error);
      throw error;
    }
  }
}

function readClocks(now: () => number): Moment {
  return { monotonicMs: performance.now(), wallMs: now() };
}
