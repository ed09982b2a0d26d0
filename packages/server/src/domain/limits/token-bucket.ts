import { BucketTable } from "./bucket-table.ts";

/** Refill rate and size of a bucket. Both are at least 1. */
export interface BucketLimit {
  readonly perMinute: number;
  readonly burst: number;
}

/** The result of {@link TokenBuckets.take}. `remaining` is the number of calls that are still allowed. */
export type TakeResult =
  | { readonly allowed: true; readonly remaining: number }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/**
 * Decides whether a key can be used once more. If nodes share the tokens of a key, this may call the ledger and return
 * a promise.
 */
export interface TokenLimiter {
  take(key: string, limit: BucketLimit): TakeResult | Promise<TakeResult>;
}

/** Tolerance in tokens. It is far below the step of any real limit, and far above the rounding errors of doubles. */
const roundingTokens = 1e-6;
const sweepIntervalMs = 1_000;
/**
 * Maximum debt that the ledger can add, in bursts. Nodes take less together before they synchronize. A larger debt
 * comes from a database clock that was set back.
 */
const sharedBurstsMax = 10;

/**
 * One token bucket per key (contract, section 2): full at first, `burst` tokens deep, refilled evenly. A changed limit
 * applies from the next call. Full buckets are removed over time, which changes nothing. At most `maxKeys` buckets are
 * kept. If none of them is full, keys without a bucket are refused until one is full.
 */
export class TokenBuckets implements TokenLimiter {
  readonly #nowMs: () => number;
  readonly #maxKeys: number;
  readonly #buckets = new BucketTable();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is a monotonic clock, so that clock changes do not affect buckets. */
  constructor({ nowMs, maxKeys }: { nowMs: () => number; maxKeys: number }) {
    this.#nowMs = nowMs;
    this.#maxKeys = maxKeys;
  }

  /** Number of stored buckets, including full ones that are not removed yet. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes one token from the bucket of a key, or returns in how many whole seconds one is available. A refused call
   * takes no token. Throws a RangeError if the limit is less than one token per minute or one token deep.
   */
  take(key: string, limit: BucketLimit): TakeResult {
    if (!(limit.perMinute >= 1 && limit.burst >= 1)) {
      throw new RangeError(`A rate limit of ${limit.perMinute} per minute, burst ${limit.burst}, allows no requests.`);
    }
    const nowMs = this.#nowMs();
    const tokensPerMs = limit.perMinute / 60_000;
    const bucket = this.#buckets.get(key);
    let spent = bucket === undefined ? 0 : Math.max(0, bucket.fullAtMs - nowMs) * bucket.tokensPerMs;
    // If the limit was lowered below the debt, the bucket is empty.
    if (bucket !== undefined && bucket.burst !== limit.burst) spent = Math.min(limit.burst, spent);

    const remaining = limit.burst - spent - 1 + roundingTokens;
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
    return { allowed: false, retryAfterSeconds: toWholeSeconds((roundingTokens / 2 - remaining) / tokensPerMs) };
  }

  /** Returns the milliseconds until the bucket of a key is full. */
  measureDebtMs(key: string): number {
    return Math.max(0, (this.#buckets.get(key)?.fullAtMs ?? 0) - this.#nowMs());
  }

  /** Applies a new limit to the bucket of a key. Taken tokens stay taken and refill at the new rate. */
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

  /** Raises the debt of a bucket because other nodes have taken tokens. */
  raiseDebt(key: string, { perMinute, burst }: BucketLimit, debtMs: number): void {
    const mostMs = (sharedBurstsMax * burst * 60_000) / perMinute;
    const fullAtMs = this.#nowMs() + Math.min(debtMs, mostMs);
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.fullAtMs = Math.max(bucket.fullAtMs, fullAtMs);
    else if (this.#buckets.size < this.#maxKeys) {
      this.#buckets.add(key, { fullAtMs, tokensPerMs: perMinute / 60_000, burst });
    }
  }

  /** Removes all full buckets, at most once a second and not before one can be full. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs < this.#nextSweepMs) return false;
    const earliestMs = this.#buckets.dropFull(nowMs);
    const hasRoom = this.#buckets.size < this.#maxKeys;
    this.#nextSweepMs = Math.max(nowMs + sweepIntervalMs, hasRoom ? 0 : earliestMs);
    return hasRoom;
  }
}

function toWholeSeconds(durationMs: number): number {
  return Math.max(1, Math.ceil(durationMs / 1_000));
}
