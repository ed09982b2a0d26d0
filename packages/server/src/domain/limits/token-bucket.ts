import { BucketTable } from "./bucket-table.ts";

/** How fast a bucket refills and how many tokens it holds; both at least 1. */
export interface BucketLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** What {@link TokenBuckets.take} answers. `remaining` is how many more would pass right now. */
export type TakeResult =
  | { readonly allowed: true; readonly remaining: number }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/** Who decides whether a key may be used once more. Where nodes share a key's tokens it may have to ask, and then takes a moment. */
export interface TokenLimiter {
  take(key: string, limit: BucketLimit): TakeResult | Promise<TakeResult>;
}

/** Far below the smallest step of any real limit, far above what doubles lose over a bucket's life. */
const ROUNDING_TOKENS = 1e-6;
const SWEEP_INTERVAL_MS = 1_000;
/** More than nodes take together before they know of each other. A larger debt comes from a database clock that was set back. */
const sharedBurstsMax = 10;

/**
 * One token bucket per key (contract, section 2): full at first, `burst` tokens deep, refilled evenly. A changed limit
 * counts from the next call. Buckets that are full again are dropped by and by, which gives nothing away. At most `maxKeys` are
 * kept; when none of them is full, a key without a bucket is refused until one is, and keys with one are served as ever.
 */
export class TokenBuckets implements TokenLimiter {
  readonly #nowMs: () => number;
  readonly #maxKeys: number;
  readonly #buckets = new BucketTable();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is a monotonic clock: setting the wall clock must neither refill a bucket nor empty it. */
  constructor({ nowMs, maxKeys }: { nowMs: () => number; maxKeys: number }) {
    this.#nowMs = nowMs;
    this.#maxKeys = maxKeys;
  }

  /** How many buckets are kept right now, full ones not yet dropped included. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token from the key's bucket, or says in how many whole seconds there will be one. A refused call costs
   * nothing. Throws a RangeError when the limit is not at least one token per minute and one token deep.
   */
  take(key: string, limit: BucketLimit): TakeResult {
    if (!(limit.perMinute >= 1 && limit.burst >= 1)) {
      throw new RangeError(`A rate limit of ${limit.perMinute} per minute, burst ${limit.burst}, allows no requests.`);
    }
    const nowMs = this.#nowMs();
    const tokensPerMs = limit.perMinute / 60_000;
    const bucket = this.#buckets.get(key);
    let spent = bucket === undefined ? 0 : Math.max(0, bucket.fullAtMs - nowMs) * bucket.tokensPerMs;
    // A bucket smaller than its debt, because the limit was lowered, is empty and no emptier.
    if (bucket !== undefined && bucket.burst !== limit.burst) spent = Math.min(limit.burst, spent);

    const remaining = limit.burst - spent - 1 + ROUNDING_TOKENS;
    const isAllowed = remaining >= 0;
    const fullAtMs = nowMs + (isAllowed ? spent + 1 : spent) / tokensPerMs;
    if (bucket !== undefined) {
      bucket.fullAtMs = fullAtMs;
      bucket.tokensPerMs = tokensPerMs;
      bucket.burst = limit.burst;
    } else {
      this.#buckets.dropSome(nowMs);
      if (this.#buckets.size >= this.#maxKeys && !this.#makeRoom(nowMs)) {
        return { allowed: false, retryAfterSeconds: toWholeSeconds(this.#nextSweepMs - nowMs) };
      }
      this.#buckets.add(key, { fullAtMs, tokensPerMs, burst: limit.burst });
    }
    if (isAllowed) return { allowed: true, remaining: Math.floor(remaining) };
    return { allowed: false, retryAfterSeconds: toWholeSeconds((ROUNDING_TOKENS / 2 - remaining) / tokensPerMs) };
  }

  /** How long the key's bucket still takes to be full. */
  measureDebtMs(key: string): number {
    return Math.max(0, (this.#buckets.get(key)?.fullAtMs ?? 0) - this.#nowMs());
  }

  /** Counts the key's bucket by this limit from now on: what was taken stays taken, and refills at the new rate. */
  adopt(key: string, { perMinute, burst }: BucketLimit): void {
    const bucket = this.#buckets.get(key);
    const tokensPerMs = perMinute / 60_000;
    if (bucket === undefined || (bucket.tokensPerMs === tokensPerMs && bucket.burst === burst)) return;
    const nowMs = this.#nowMs();
    const spent = Math.min(burst, Math.max(0, bucket.fullAtMs - nowMs) * bucket.tokensPerMs);
    bucket.fullAtMs = nowMs + spent / tokensPerMs;
    bucket.tokensPerMs = tokensPerMs;
    bucket.burst = burst;
  }

  /** Lets the key's bucket take at least so long to be full: others have taken tokens too. */
  raiseDebt(key: string, { perMinute, burst }: BucketLimit, debtMs: number): void {
    const mostMs = (sharedBurstsMax * burst * 60_000) / perMinute;
    const fullAtMs = this.#nowMs() + Math.min(debtMs, mostMs);
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.fullAtMs = Math.max(bucket.fullAtMs, fullAtMs);
    else if (this.#buckets.size < this.#maxKeys) {
      this.#buckets.add(key, { fullAtMs, tokensPerMs: perMinute / 60_000, burst });
    }
  }

  /** Drops every full bucket, at most once a second and not before one can be full. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs < this.#nextSweepMs) return false;
    const earliestMs = this.#buckets.dropFull(nowMs);
    const hasRoom = this.#buckets.size < this.#maxKeys;
    this.#nextSweepMs = Math.max(nowMs + SWEEP_INTERVAL_MS, hasRoom ? 0 : earliestMs);
    return hasRoom;
  }
}

function toWholeSeconds(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1_000));
}
