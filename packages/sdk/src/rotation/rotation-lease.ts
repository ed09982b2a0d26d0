import { BrikSyncError } from "../errors/errors.ts";
import { isApiError } from "../errors/guards.ts";
import type { RenewedLease } from "../models/rotation.ts";
import type { LeaseLoss } from "../models/safe-rotation.ts";

/** The last quarter of a lease is reserved for stopping work that has started, such as a write or a child process. */
const safeShare = 3 / 4;
const renewalShare = 1 / 3;
const checkShare = 1 / 12;

const losses: Readonly<Record<LeaseLoss, string>> = {
  taken: "Another rotation of this key took the lease.",
  "taken-back": "Another rotation of this key held the lease in between.",
  expired: "The lease of the rotation expired because it was not renewed in time.",
  gone: "The rotation was finished or aborted by another run.",
};

/** The time on two clocks. The monotonic clock stops while the machine sleeps, and the wall clock can be changed. */
interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** Renews a lease. Receives `leaseExpiresOn` of the lease to continue, or undefined for a new one. */
type RenewLease = (leaseExpiresOn: string | undefined, signal: AbortSignal) => Promise<RenewedLease>;

/** Dependencies of a lease. */
export interface LeaseParts {
  readonly renew: RenewLease;
  /** Local time in milliseconds since 1970. */
  readonly now: () => number;
  /** Signal of the caller. It ends the work under the lease, but not the lease. */
  readonly signal: AbortSignal | undefined;
}

/**
 * Holds the lease of a rotation without interruption. Renews it in the background until `release()`. A lost lease stays
 * lost even if a later renewal succeeds, because another run may have overwritten a destination.
 */
export class RotationLease {
  /** Why the lease was lost. Null while it is held. */
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
    this.#scheduleCheck();
  }

  /** Takes the lease. Throws the errors of `rotations.renew`. */
  static async take(parts: LeaseParts): Promise<RotationLease> {
    const since = readClocks(parts.now);
    const signal = parts.signal ?? new AbortController().signal;
    return new RotationLease(parts, await parts.renew(undefined, signal), since);
  }

  /** Identifies the lease for the finish: its `leaseExpiresOn`. */
  get name(): string {
    return this.#lease.leaseExpiresOn;
  }

  /** Aborted if the lease is lost or the caller aborts. */
  get signal(): AbortSignal {
    return this.#work.signal;
  }

  /** Milliseconds for which it is safe to write. 0 if the lease is lost. */
  get remainingMs(): number {
    if (this.loss !== null) return 0;
    return Math.max(0, this.#lease.leaseSeconds * 1000 * safeShare - this.#elapsedMs);
  }

  /** Current time by the clock of the server. */
  get serverTime(): Date {
    const { leaseExpiresOn, leaseSeconds } = this.#lease;
    return new Date(Date.parse(leaseExpiresOn) - leaseSeconds * 1000 + this.#elapsedMs);
  }

  /** Renews the lease now. Throws if it is lost or cannot be renewed. */
  async hold(): Promise<void> {
    this.requireHeld();
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    await this.#renewal;
    this.requireHeld();
  }

  /** Throws if the lease is lost. */
  requireHeld(): void {
    if (this.loss === null && this.remainingMs === 0) this.lose("expired");
    if (this.loss !== null) throw this.signal.reason;
  }

  /** Marks the lease as lost and stops the work under it. */
  lose(loss: LeaseLoss, cause?: unknown): void {
    if (this.loss !== null) return;
    this.loss = loss;
    const facts = { type: "ROTATION_INTERRUPTED", outcome: "unknown", retryable: true, attempts: 0, cause } as const;
    this.#work.abort(new BrikSyncError(losses[loss], facts));
    this.release();
  }

  /** Stops the renewals. The lease then expires. */
  release(): void {
    clearTimeout(this.#timer);
    this.#calls.abort();
    this.#parts.signal?.removeEventListener("abort", this.#stopBySignal);
  }

  get #elapsedMs(): number {
    const { monotonicMs, wallMs } = readClocks(this.#parts.now);
    return Math.max(monotonicMs - this.#since.monotonicMs, wallMs - this.#since.wallMs);
  }

  #scheduleCheck(): void {
    this.#timer = setTimeout(() => this.#check(), this.#lease.leaseSeconds * 1000 * checkShare);
  }

  #check(): void {
    if (this.remainingMs === 0) {
      this.lose("expired");
      return;
    }
    // A failed renewal is tried again at the next check, as long as there is time.
    if (this.#elapsedMs >= this.#lease.leaseSeconds * 1000 * renewalShare) this.hold().catch(() => undefined);
    this.#scheduleCheck();
  }

  async #renew(): Promise<void> {
    const since = readClocks(this.#parts.now);
    try {
      const lease = await this.#parts.renew(this.#lease.leaseExpiresOn, this.#calls.signal);
      // A renewal counts only if its response arrives before the previous lease expires. A retried renewal cannot
      // report that another run held the lease in between.
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
