import type { TokenLedger } from "../../store/store.ts";
import { type BucketLimit, type TakeResult, TokenBuckets, type TokenLimiter } from "./token-bucket.ts";

/** Tokens that this node took and has not reported yet. */
interface Unreported {
  tokens: number;
  /** When `tokens` was last updated. */
  atMs: number;
  /** After a failure, the ledger is not called until this time. */
  pausedUntilMs: number;
  report: Promise<void> | null;
}

/** Share of a burst that a node can take before it must report. */
const unreportedShareOfBurst = 0.1;
/** Share of the rate that a node never reports, so that a rarely used key causes no writes. */
const freeShareOfRate = 0.05;
const pauseMs = 1_000;
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
  readonly #unreported = new Map<string, Unreported>();
  #nextSweepMs = Number.NEGATIVE_INFINITY;

  constructor(options: SharedBucketsOptions) {
    this.#options = options;
    this.#buckets = new TokenBuckets(options);
  }

  take(key: string, limit: BucketLimit): TakeResult | Promise<TakeResult> {
    const unreported = this.#findUnreported(key, limit);
    if (unreported === null) return this.#buckets.take(key, limit);
    this.#buckets.adopt(key, limit);
    if (unreported.report === null) {
      const isReporting = unreported.tokens >= Math.max(1, limit.burst * unreportedShareOfBurst);
      if (!isReporting || this.#options.nowMs() < unreported.pausedUntilMs)
        return this.#takeOne(key, limit, unreported);
      unreported.report = this.#report(key, limit, unreported).finally(() => {
        unreported.report = null;
      });
    }
    // Concurrent calls also wait, because other nodes may have taken all tokens.
    return unreported.report.then(() => this.take(key, limit));
  }

  #takeOne(key: string, limit: BucketLimit, unreported: Unreported): TakeResult {
    const taken = this.#buckets.take(key, limit);
    if (taken.allowed) unreported.tokens += 1;
    return taken;
  }

  async #report(key: string, limit: BucketLimit, unreported: Unreported): Promise<void> {
    const takenMs = (unreported.tokens * 60_000) / limit.perMinute;
    try {
      const ownDebtMs = this.#buckets.measureDebtMs(key);
      const debtMs = await this.#options.ledger.charge({ keyId: key, takenMs, debtMs: ownDebtMs });
      unreported.tokens = 0;
      // A response with only this node's tokens contains no news, and the refill during the call has made it outdated.
      if (debtMs > ownDebtMs + roundingMs) this.#buckets.raiseDebt(key, limit, debtMs);
    } catch (error) {
      unreported.pausedUntilMs = this.#options.nowMs() + pauseMs;
      this.#options.reportFailure(error);
    }
  }

  /** Returns the unreported tokens of a key, or null if there is no room. */
  #findUnreported(key: string, { perMinute }: BucketLimit): Unreported | null {
    const nowMs = this.#options.nowMs();
    const known = this.#unreported.get(key);
    if (known !== undefined) {
      if (known.report === null) {
        const freeTokens = ((nowMs - known.atMs) * perMinute * freeShareOfRate) / 60_000;
        known.tokens = Math.max(0, known.tokens - freeTokens);
      }
      known.atMs = nowMs;
      return known;
    }
    if (this.#unreported.size >= this.#options.maxKeys && !this.#makeRoom(nowMs)) return null;
    const unreported = { tokens: 0, atMs: nowMs, pausedUntilMs: Number.NEGATIVE_INFINITY, report: null };
    this.#unreported.set(key, unreported);
    return unreported;
  }

  /** Removes keys that were not used recently, at most once a second. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs < this.#nextSweepMs) return false;
    this.#nextSweepMs = nowMs + sweepIntervalMs;
    for (const [key, { atMs, report }] of this.#unreported) {
      if (report === null && this.#buckets.measureDebtMs(key) === 0 && nowMs - atMs > sweepIntervalMs) {
        this.#unreported.delete(key);
      }
    }
    return this.#unreported.size < this.#options.maxKeys;
  }
}
