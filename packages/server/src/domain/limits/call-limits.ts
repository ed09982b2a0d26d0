import { AppError } from "../../errors.ts";
import { type BucketLimit, TokenBuckets } from "./token-bucket.ts";

/** Limits calls with one token bucket per key. */
class CallLimit {
  readonly #buckets: TokenBuckets;
  readonly #limit: BucketLimit;

  constructor(limit: BucketLimit, options: { readonly nowMs: () => number; readonly maxKeys: number }) {
    this.#limit = limit;
    this.#buckets = new TokenBuckets(options);
  }

  /**
   * Takes a token of a key.
   * @throws {AppError} RATE_LIMITED if there is none.
   */
  admit(key: string): void {
    const taken = this.#buckets.take(key, this.#limit);
    if (!taken.allowed) throw new AppError("RATE_LIMITED", { retryAfterSeconds: taken.retryAfterSeconds });
  }

  /** Takes a token of a key. Returns false if there is none. */
  mayTake(key: string): boolean {
    return this.#buckets.take(key, this.#limit).allowed;
  }
}

/**
 * Returns the limits of exchanges and of sign-ins of devices. Each node counts separately. `nowMs` is a monotonic clock.
 * Each limit has at most `maxKeys` buckets.
 */
export function createCallLimits(options: { readonly nowMs: () => number; readonly maxKeys: number }) {
  const limit = (bucket: BucketLimit): CallLimit => new CallLimit(bucket, options);
  return {
    /**
     * Exchanges of any kind from one network. They count before anything else is read. Runners of one company often
     * share an address.
     */
    networkExchanges: limit({ perMinute: 300, burst: 300 }),
    /**
     * Valid tokens of one repository or project, so that no tenant uses up the limit of an issuer that all tenants
     * share.
     */
    tenantExchanges: limit({ perMinute: 600, burst: 300 }),
    /** Allowed exchanges of one trust. Refused ones take no token, so nobody can use up the limit of somebody else's trust. */
    trustExchanges: limit({ perMinute: 120, burst: 120 }),
    /** Refused exchanges of one trust that are logged. */
    loggedRefusals: limit({ perMinute: 10, burst: 60 }),
    /** Sign-ins of devices that one network starts. People of one company often share an address. */
    deviceSignIns: limit({ perMinute: 10, burst: 20 }),
    /**
     * Device codes that one browser session tries. Reading and approving a code takes two tokens. Take the token before
     * the code is compared. Correct codes then count too, and a guess never reveals more than the limit allows (RFC
     * 8628, section 5.1).
     */
    sessionCodes: limit({ perMinute: 2, burst: 10 }),
    /** Device codes that all browser sessions of one network try. */
    networkCodes: limit({ perMinute: 10, burst: 30 }),
  };
}

/** The limits of {@link createCallLimits}. */
export type CallLimits = ReturnType<typeof createCallLimits>;
