import type { Actor } from "../access.ts";
import type { BucketLimit, TakeResult } from "./token-bucket.ts";
import { TokenBuckets } from "./token-bucket.ts";

/** How many sessions may use all of their limit at once before the limit of their company counts. */
export const sessionsPerCompany = 5;
/** How many rows of a list cost a token. */
const rowsPerToken = 200;

/** More than doubles lose over the life of a bucket. A token that is missing no more than this is there. */
const roundingTokens = 1e-6;

/** What a session may still do, as its answers tell it. */
export interface ManagementQuota {
  /** Tokens of a full bucket. */
  readonly limit: number;
  /** How many calls would pass right now. */
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly resetSeconds: number;
}

/** Whose calls are limited. */
export type LimitedActor = Pick<Actor, "sessionId" | "companyId">;

/**
 * Limits management calls: one token bucket per session, and one per company that holds `sessionsPerCompany` times as much.
 * So neither one session in a loop nor one company with many sessions can take the server from the others (S-63). Each
 * node counts for itself.
 */
export class ManagementLimiter {
  readonly #sessions: TokenBuckets;
  readonly #companies: TokenBuckets;
  readonly #sessionLimit: BucketLimit;
  readonly #companyLimit: BucketLimit;

  /** `nowMs` is a monotonic clock, so that setting the wall clock neither refills a bucket nor empties it. */
  constructor(options: { readonly nowMs: () => number; readonly maxKeys: number; readonly limit: BucketLimit }) {
    this.#sessions = new TokenBuckets(options);
    this.#companies = new TokenBuckets(options);
    this.#sessionLimit = options.limit;
    this.#companyLimit = {
      perMinute: options.limit.perMinute * sessionsPerCompany,
      burst: options.limit.burst * sessionsPerCompany,
    };
  }

  /** Takes a token for one call, or tells in how many whole seconds there is one. A refused call costs nothing. */
  take({ sessionId, companyId }: LimitedActor): TakeResult {
    const waitMs = Math.max(
      measureWaitMs(this.#sessions, sessionId, this.#sessionLimit),
      measureWaitMs(this.#companies, companyId, this.#companyLimit),
    );
    if (waitMs > 0) return { allowed: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
    const taken = this.#sessions.take(sessionId, this.#sessionLimit);
    return taken.allowed ? this.#companies.take(companyId, this.#companyLimit) : taken;
  }

  /** Charges a call for the rows that it read, beyond what the token of the call pays for. Later calls wait for it. */
  charge({ sessionId, companyId }: LimitedActor, rows: number): void {
    const tokens = Math.ceil(rows / rowsPerToken) - 1;
    if (tokens <= 0) return;
    charge(this.#sessions, sessionId, this.#sessionLimit, tokens);
    charge(this.#companies, companyId, this.#companyLimit, tokens);
  }

  /** What is left, of the bucket of the session or of its company, whichever has less. */
  measure({ sessionId, companyId }: LimitedActor): ManagementQuota {
    const session = measure(this.#sessions, sessionId, this.#sessionLimit);
    const company = measure(this.#companies, companyId, this.#companyLimit);
    return company.remaining < session.remaining ? company : session;
  }
}

function charge(buckets: TokenBuckets, key: string, limit: BucketLimit, tokens: number): void {
  buckets.raiseDebt(key, limit, buckets.measureDebtMs(key) + (tokens * 60_000) / limit.perMinute);
}

/** How long there is no token; 0 when there is one. */
function measureWaitMs(buckets: TokenBuckets, key: string, { perMinute, burst }: BucketLimit): number {
  const tokenMs = 60_000 / perMinute;
  return Math.max(0, buckets.measureDebtMs(key) - (burst - 1 + roundingTokens) * tokenMs);
}

function measure(buckets: TokenBuckets, key: string, { perMinute, burst }: BucketLimit): ManagementQuota {
  const debtMs = buckets.measureDebtMs(key);
  const remaining = Math.floor(burst - (debtMs * perMinute) / 60_000 + roundingTokens);
  return { limit: burst, remaining: Math.max(0, remaining), resetSeconds: Math.ceil(debtMs / 1000) };
}
