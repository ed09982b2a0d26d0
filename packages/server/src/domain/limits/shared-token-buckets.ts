import type { TokenLedger } from "../../store/store.ts";
import { type BucketLimit, type TakeResult, TokenBuckets, type TokenLimiter } from "./token-bucket.ts";

/** Tokens that this node took and has not reported yet. */
interface Untold {
  tokens: number;
  /** When `tokens` was last updated. */
  atMs: number;
  /** After a failure, the ledger is not called until this time. */
  silentUntilMs: number;
  telling: Promise<void> | null;
}

/** Share of a burst that a node can take before it reports, */
const untoldShareOfBurst = 0.1;
/** and share of the rate that it never reports, so that a little-used key causes no writes. */
const freeShareOfRate = 0.05;
const silenceMs = 1_000;
/** The ledger uses epoch milliseconds, for which doubles have a small rounding error. */
const roundingMs = 0.01;
const sweepIntervalMs = 1_000;

interface SharedBucketsOptions {
  readonly ledger: TokenLedger;
  /** A monotonic clock. */
  readonly nowMs: () => number;
  /** Usage of keys beyond this number is not synchronized. */
  readonly maxKeys: number;
  readonly reportFailure: (error: unknown) => void;
}

/**
 * Shares rate limits between nodes without a database request per token. Each node counts in its own bucket and reports
 * to the shared ledger after every tenth of the burst. The response corrects the bucket for the tokens that other nodes
 * took. A key that is used on one node has exactly the limits of a single bucket. On N nodes, in T seconds, it can use
 * at most
 *
 * burst × (1 + N / 10) + rate × T × (1 + N / 20)
 *
 * If the ledger is unavailable, each node uses its own count.
 */
export class SharedTokenBuckets implements TokenLimiter {
  readonly #options: SharedBucketsOptions;
  readonly #buckets: TokenBuckets;
  readonly #untold = new Map<string, Untold>();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  constructor(options: SharedBucketsOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets(options);
  }

  take(key: string, limit: BucketLimit): TakeResult | Promise<TakeResult> {
    const untold = this.#reckon(key, limit);
    if (untold === null) return this.#buckets.take(key, limit);
    this.#buckets.adopt(key, limit);
    if (untold.telling === null) {
      const isTelling = untold.tokens >= Math.max(1, limit.burst * untoldShareOfBurst);
      if (!isTelling || this.#options.nowMs() < untold.silentUntilMs) return this.#takeOne(key, limit, untold);
      untold.telling = this.#tell(key, limit, untold).finally(() => {
        untold.telling = null;
      });
    }
    // Concurrent calls also wait, because other nodes may have taken all tokens.
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
      const debtMs = await this.#options.ledger.charge({ keyId: key, takenMs, debtMs: ownDebtMs });
      untold.tokens = 0;
      // A response with only our own tokens contains no news, and it is outdated by the refill during the call.
      if (debtMs > ownDebtMs + roundingMs) this.#buckets.raiseDebt(key, limit, debtMs);
    } catch (error) {
      untold.silentUntilMs = this.#options.nowMs() + silenceMs;
      this.#options.reportFailure(error);
    }
  }

  /** Returns the unreported tokens of a key, or null if there is no room. */
  #reckon(key: string, { perMinute }: BucketLimit): Untold | null {
    const nowMs = this.#options.nowMs();
    const known = this.#untold.get(key);
    if (known !== undefined) {
      if (known.telling === null) {
        const freeTokens = ((nowMs - known.atMs) * perMinute * freeShareOfRate) / 60_000;
        known.tokens = Math.max(0, known.tokens - freeTokens);
      }
      known.atMs = nowMs;
      return known;
    }
    if (this.#untold.size >= this.#options.maxKeys && !this.#makeRoom(nowMs)) return null;
    const untold = { tokens: 0, atMs: nowMs, silentUntilMs: Number.NEGATIVE_INFINITY, telling: null };
    this.#untold.set(key, untold);
    return untold;
  }

  /** Removes keys that were not used recently, at most once a second. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs < this.#nextSweepMs) return false;
    this.#nextSweepMs = nowMs + sweepIntervalMs;
    for (const [key, { atMs, telling }] of this.#untold) {
      if (telling === null && this.#buckets.measureDebtMs(key) === 0 && nowMs - atMs > sweepIntervalMs) {
        this.#untold.delete(key);
      }
    }
    return this.#untold.size < this.#options.maxKeys;
  }
}
