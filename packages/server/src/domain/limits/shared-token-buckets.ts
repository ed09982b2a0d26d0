import type { TokenLedger } from "../../store/store.ts";
import { type BucketLimit, type TakeResult, TokenBuckets, type TokenLimiter } from "./token-bucket.ts";

/** What a node took from a key's bucket and has not told yet. */
interface Untold {
  tokens: number;
  /** When `tokens` was last reckoned. */
  atMs: number;
  /** Until then the ledger is not asked, after it failed. */
  silentUntilMs: number;
  telling: Promise<void> | null;
}

/** A node may hold back so much of a burst before it tells, */
const untoldShareOfBurst = 0.1;
/** and so much of the rate for good: a key that is used less on this node never costs a write. */
const freeShareOfRate = 0.05;
const silenceMs = 1_000;
/** The ledger adds to milliseconds of the epoch, of which doubles lose some ten-thousandths. */
const roundingMs = 0.01;
const sweepIntervalMs = 1_000;

/**
 * Token buckets that nodes share through a ledger, without asking it for each token. A node counts in a bucket of its own, and
 * tells the ledger each time it took a tenth of the burst; the answer corrects its bucket by what others took. So a key that
 * is used over one node has exactly the limits of a single bucket, and over N nodes, in T seconds, at most
 *
 *     burst × (1 + N / 10) + rate × T × (1 + N / 20)
 *
 * Where the ledger does not answer, each node decides by what it knows.
 */
export class SharedTokenBuckets implements TokenLimiter {
  readonly #buckets: TokenBuckets;
  readonly #ledger: TokenLedger;
  readonly #nowMs: () => number;
  readonly #maxKeys: number;
  readonly #reportFailure: (error: unknown) => void;
  readonly #untold = new Map<string, Untold>();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  /** `nowMs` is a monotonic clock. What is untold of keys beyond `maxKeys` is not told. */
  constructor(options: {
    readonly ledger: TokenLedger;
    readonly nowMs: () => number;
    readonly maxKeys: number;
    readonly reportFailure: (error: unknown) => void;
  }) {
    this.#buckets = new TokenBuckets(options);
    this.#ledger = options.ledger;
    this.#nowMs = options.nowMs;
    this.#maxKeys = options.maxKeys;
    this.#reportFailure = options.reportFailure;
  }

  take(key: string, limit: BucketLimit): TakeResult | Promise<TakeResult> {
    const untold = this.#reckon(key, limit);
    if (untold === null) return this.#buckets.take(key, limit);
    this.#buckets.adopt(key, limit);
    if (untold.telling === null) {
      const isTelling = untold.tokens >= Math.max(1, limit.burst * untoldShareOfBurst);
      if (!isTelling || this.#nowMs() < untold.silentUntilMs) return this.#takeOne(key, limit, untold);
      untold.telling = this.#tell(key, limit, untold).finally(() => {
        untold.telling = null;
      });
    }
    // Whoever comes meanwhile waits too: what the others took may leave nothing.
    return untold.telling.then(() => this.take(key, limit));
  }

  #takeOne(key: string, limit: BucketLimit, untold: Untold): TakeResult {
    const taken = this.#buckets.take(key, limit);
    if (taken.allowed) untold.tokens += 1;
    return taken;
  }

  async #tell(key: string, limit: BucketLimit, untold: Untold): Promise<void> {
    const takenMs = (untold.tokens * 60_000) / limit.perMinute;
    try {
      const ownDebtMs = this.#buckets.measureDebtMs(key);
      const debtMs = await this.#ledger.charge({ keyId: key, takenMs, debtMs: ownDebtMs });
      untold.tokens = 0;
      // Our own number come back says nothing new, and by now it is too large by what the bucket refilled on the way.
      if (debtMs > ownDebtMs + roundingMs) this.#buckets.raiseDebt(key, limit, debtMs);
    } catch (error) {
      untold.silentUntilMs = this.#nowMs() + silenceMs;
      this.#reportFailure(error);
    }
  }

  /** What is untold of the key by now; null when there is no room to keep it. */
  #reckon(key: string, { perMinute }: BucketLimit): Untold | null {
    const nowMs = this.#nowMs();
    const known = this.#untold.get(key);
    if (known !== undefined) {
      if (known.telling === null) {
        const freeTokens = ((nowMs - known.atMs) * perMinute * freeShareOfRate) / 60_000;
        known.tokens = Math.max(0, known.tokens - freeTokens);
      }
      known.atMs = nowMs;
      return known;
    }
    if (this.#untold.size >= this.#maxKeys && !this.#makeRoom(nowMs)) return null;
    const untold = { tokens: 0, atMs: nowMs, silentUntilMs: Number.NEGATIVE_INFINITY, telling: null };
    this.#untold.set(key, untold);
    return untold;
  }

  /** Forgets keys that were not used lately, at most once a second. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs < this.#nextSweepMs) return false;
    this.#nextSweepMs = nowMs + sweepIntervalMs;
    for (const [key, { atMs, telling }] of this.#untold) {
      if (telling === null && this.#buckets.measureDebtMs(key) === 0 && nowMs - atMs > sweepIntervalMs) {
        this.#untold.delete(key);
      }
    }
    return this.#untold.size < this.#maxKeys;
  }
}
