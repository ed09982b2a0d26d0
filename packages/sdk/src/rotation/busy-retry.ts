import { isApiError } from "../errors/guards.ts";

/** Another run usually ends long before its lease does. */
const LONGEST_POLL_MS = 5_000;
const JITTER_MS = 1_000;

/** How long a run still waits for another rotation that is in its way. */
export class BusyRetry {
  readonly #waitMs: number;
  readonly #random: () => number;
  #endsAtMs: number | null = null;

  /** `random` is uniform in [0, 1). */
  constructor(waitMs: number, random: () => number) {
    this.#waitMs = waitMs;
    this.#random = random;
  }

  /** Milliseconds until the next try after a refusal; null when that is no `ROTATION_IN_PROGRESS` with an end, or it took too long. */
  plan(error: unknown): number | null {
    if (!isApiError(error, "ROTATION_IN_PROGRESS") || error.retryAfterSeconds === undefined) return null;
    const nowMs = performance.now();
    this.#endsAtMs ??= nowMs + this.#waitMs;
    const leftMs = this.#endsAtMs - nowMs;
    if (leftMs <= 0) return null;
    const pollMs = Math.min(error.retryAfterSeconds * 1000, LONGEST_POLL_MS);
    return Math.min(leftMs, pollMs + this.#random() * JITTER_MS);
  }

  /** Forgets the wait that has come to its end. */
  restore(): void {
    this.#endsAtMs = null;
  }
}
