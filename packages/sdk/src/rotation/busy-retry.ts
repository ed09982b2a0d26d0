import { isApiError } from "../errors/guards.ts";

/** The longest time between two attempts. Another run usually ends long before its lease expires. */
const longestPollMs = 5_000;
const jitterMs = 1_000;

/** Decides how long a run waits for another rotation. */
export class BusyRetry {
  readonly #waitMs: number;
  readonly #random: () => number;
  #endsAtMs: number | null = null;

  /** `random` returns numbers from 0 (inclusive) to 1 (exclusive), uniformly distributed. */
  constructor(waitMs: number, random: () => number) {
    this.#waitMs = waitMs;
    this.#random = random;
  }

  /**
   * Returns the milliseconds until the next attempt. Returns null if the wait is over, or if the error is not a
   * `ROTATION_IN_PROGRESS` with a time to retry.
   */
  plan(error: unknown): number | null {
    if (!isApiError(error, "ROTATION_IN_PROGRESS") || error.retryAfterSeconds === undefined) return null;
    const nowMs = performance.now();
    this.#endsAtMs ??= nowMs + this.#waitMs;
    const leftMs = this.#endsAtMs - nowMs;
    if (leftMs <= 0) return null;
    const pollMs = Math.min(error.retryAfterSeconds * 1000, longestPollMs);
    return Math.min(leftMs, pollMs + this.#random() * jitterMs);
  }

  /** Resets the wait after it has ended. */
  restore(): void {
    this.#endsAtMs = null;
  }
}
