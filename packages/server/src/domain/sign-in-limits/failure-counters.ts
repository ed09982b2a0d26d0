interface Counter {
  /** When everything counted so far will have run out. */
  emptyAtMs: number;
  /** How many of the failures counted are attempts that may still succeed. */
  pending: number;
}

/** Far below one failure, far above what doubles lose. */
const ROUNDING_FAILURES = 1e-6;
/** How soon an attempt in progress is over. */
const ATTEMPT_MS = 1_000;
/** How full the table stays after it was cleared out; the rest makes clearing out rare. */
const KEPT_SHARE = 0.9;

/**
 * Counts failures per key, up to `max`, and forgets them evenly: a full counter is empty `windowMs` later, and has room for one
 * more after `windowMs / max`. It keeps at most `maxEntries` counters. When there are more, it drops the empty ones first, then
 * those closest to empty, so that a flood of new keys does not displace the one under attack.
 */
export class FailureCounters {
  readonly #nowMs: () => number;
  readonly #windowMs: number;
  readonly #max: number;
  readonly #maxEntries: number;
  readonly #counters = new Map<string, Counter>();

  /** `nowMs` is a monotonic clock. */
  constructor(options: { nowMs: () => number; windowMs: number; max: number; maxEntries: number }) {
    this.#nowMs = options.nowMs;
    this.#windowMs = options.windowMs;
    this.#max = options.max;
    this.#maxEntries = options.maxEntries;
  }

  /** How many counters are kept right now. */
  get size(): number {
    return this.#counters.size;
  }

  /** How long until the key has room for one more failure; 0 when it has. Short when only attempts in progress are in the way. */
  measureWaitMs(key: string): number {
    const counter = this.#counters.get(key);
    if (counter === undefined) return 0;
    const excess = this.#measureFailures(counter) + 1 - this.#max;
    if (excess <= ROUNDING_FAILURES) return 0;
    const waitMs = (excess * this.#windowMs) / this.#max;
    return excess - counter.pending <= ROUNDING_FAILURES ? Math.min(waitMs, ATTEMPT_MS) : waitMs;
  }

  /** Counts a failure for an attempt that begins now. Never counts beyond the maximum. */
  reserve(key: string): void {
    const counter = this.#counters.get(key) ?? { emptyAtMs: 0, pending: 0 };
    const failures = this.#measureFailures(counter);
    if (failures === 0) counter.pending = 0;
    counter.pending += 1;
    this.#setFailures(counter, Math.min(this.#max, failures + 1));
    if (!this.#counters.has(key)) {
      if (this.#counters.size >= this.#maxEntries) this.#clearOut();
      this.#counters.set(key, counter);
    }
  }

  /** The attempt is over and failed: what was reserved stays. */
  keep(key: string): void {
    const counter = this.#counters.get(key);
    if (counter !== undefined) counter.pending = Math.max(0, counter.pending - 1);
  }

  /** The attempt is over and did not fail: what was reserved is given back. */
  giveBack(key: string): void {
    const counter = this.#counters.get(key);
    if (counter === undefined) return;
    counter.pending = Math.max(0, counter.pending - 1);
    this.#setFailures(counter, Math.max(0, this.#measureFailures(counter) - 1));
  }

  #measureFailures({ emptyAtMs }: Counter): number {
    return (Math.max(0, emptyAtMs - this.#nowMs()) * this.#max) / this.#windowMs;
  }

  #setFailures(counter: Counter, failures: number): void {
    counter.emptyAtMs = this.#nowMs() + (failures * this.#windowMs) / this.#max;
  }

  #clearOut(): void {
    const emptiestFirst = [...this.#counters].sort(([, a], [, b]) => a.emptyAtMs - b.emptyAtMs);
    const nowMs = this.#nowMs();
    for (const [key, { emptyAtMs }] of emptiestFirst) {
      if (emptyAtMs > nowMs && this.#counters.size <= this.#maxEntries * KEPT_SHARE) return;
      this.#counters.delete(key);
    }
  }
}
