interface Counter {
  /** When the counter is empty again. */
  emptyAtMs: number;
  /** Number of counted attempts that may still succeed. */
  pending: number;
}

interface FailureLimit {
  /** A monotonic clock. */
  readonly nowMs: () => number;
  readonly windowMs: number;
  readonly max: number;
  readonly maxEntries: number;
}

/** Tolerance in failures. It is far below one failure, and far above the rounding errors of doubles. */
const roundingFailures = 1e-6;
/** Typical duration of an attempt. */
const attemptMs = 1_000;
/** Share of counters that remain after a cleanup. The rest makes cleanups rare. */
const keptShare = 0.9;

/**
 * Counts failures per key, up to `max`, and removes them evenly. A full counter is empty after `windowMs`, and has room
 * for one more after `windowMs / max`. Keeps at most `maxEntries` counters. If there are more, removes empty ones
 * first, and then those closest to empty. A flood of new keys therefore does not remove the counter under attack.
 */
export class FailureCounters {
  readonly #options: FailureLimit;
  readonly #counters = new Map<string, Counter>();

  constructor(options: FailureLimit) {
    this.#options = options;
  }

  /** Number of stored counters. */
  get size(): number {
    return this.#counters.size;
  }

  /**
   * Returns the milliseconds until the key has room for one more failure. 0 if it has room. Short if only running
   * attempts block it.
   */
  measureWaitMs(key: string): number {
    const counter = this.#counters.get(key);
    if (counter === undefined) return 0;
    const excess = this.#measureFailures(counter) + 1 - this.#options.max;
    if (excess <= roundingFailures) return 0;
    const waitMs = (excess * this.#options.windowMs) / this.#options.max;
    return excess - counter.pending <= roundingFailures ? Math.min(waitMs, attemptMs) : waitMs;
  }

  /** Counts a failure for a starting attempt. Never exceeds the maximum. */
  reserve(key: string): void {
    const counter = this.#counters.get(key) ?? { emptyAtMs: 0, pending: 0 };
    const failures = this.#measureFailures(counter);
    if (failures === 0) counter.pending = 0;
    counter.pending += 1;
    this.#setFailures(counter, Math.min(this.#options.max, failures + 1));
    if (!this.#counters.has(key)) {
      if (this.#counters.size >= this.#options.maxEntries) this.#clearOut();
      this.#counters.set(key, counter);
    }
  }

  /** Keeps the counted failure, because the attempt failed. */
  keep(key: string): void {
    const counter = this.#counters.get(key);
    if (counter !== undefined) counter.pending = Math.max(0, counter.pending - 1);
  }

  /** Removes the counted failure, because the attempt did not fail. */
  giveBack(key: string): void {
    const counter = this.#counters.get(key);
    if (counter === undefined) return;
    counter.pending = Math.max(0, counter.pending - 1);
    this.#setFailures(counter, Math.max(0, this.#measureFailures(counter) - 1));
  }

  #measureFailures({ emptyAtMs }: Counter): number {
    return (Math.max(0, emptyAtMs - this.#options.nowMs()) * this.#options.max) / this.#options.windowMs;
  }

  #setFailures(counter: Counter, failures: number): void {
    counter.emptyAtMs = this.#options.nowMs() + (failures * this.#options.windowMs) / this.#options.max;
  }

  #clearOut(): void {
    const emptiestFirst = [...this.#counters].sort(([, a], [, b]) => a.emptyAtMs - b.emptyAtMs);
    const nowMs = this.#options.nowMs();
    for (const [key, { emptyAtMs }] of emptiestFirst) {
      if (emptyAtMs > nowMs && this.#counters.size <= this.#options.maxEntries * keptShare) return;
      this.#counters.delete(key);
    }
  }
}
