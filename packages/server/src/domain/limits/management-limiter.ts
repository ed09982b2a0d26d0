import type { Actor } from "../access.ts";
import type { BucketLimit, TakeResult } from "./token-bucket.ts";
import { TokenBuckets } from "./token-bucket.ts";

/** Number of sessions that can use their full limit before the limit of their company applies. */
export const sessionsPerCompany = 5;
/** Number of list rows per token. */
const rowsPerToken = 200;

/** Tolerance for rounding errors of doubles in a bucket. A token that is almost complete counts as complete. */
const roundingTokens = 1e-6;

/** The remaining quota of a session, for the response headers. */
export interface ManagementQuota {
  /** Number of tokens in a full bucket. */
  readonly limit: number;
  /** Number of calls that are currently allowed. */
  readonly remaining: number;
  /** Seconds until the bucket is full again. */
  readonly resetSeconds: number;
}

/** The session and company of limited calls. */
export interface LimitedActor {
  readonly sessionId: string;
  readonly companyId: string;
}

/** Returns the session and company of an actor. All runs of a trust share the limit of one session. */
export function findLimitedActor(actor: Actor): LimitedActor {
  const sessionId = actor.kind === "user" ? actor.sessionId : `${actor.kind} ${actor.id}`;
  return { sessionId, companyId: actor.companyId };
}

/**
 * Limits management calls with one token bucket per session and one per company, which has `sessionsPerCompany` times
 * as many tokens. Neither a looping session nor a company with many sessions can block others (S-63). Each node counts
 * separately.
 */
export class ManagementLimiter {
  readonly #sessions: TokenBuckets;
  readonly #companies: TokenBuckets;
  readonly #sessionLimit: BucketLimit;
  readonly #companyLimit: BucketLimit;

  /** `nowMs` is a monotonic clock, so that clock changes do not affect buckets. */
  constructor(options: { readonly nowMs: () => number; readonly maxKeys: number; readonly limit: BucketLimit }) {
    this.#sessions = new TokenBuckets(options);
    this.#companies = new TokenBuckets(options);
    this.#sessionLimit = options.limit;
    this.#companyLimit = {
      perMinute: options.limit.perMinute * sessionsPerCompany,
      burst: options.limit.burst * sessionsPerCompany,
    };
  }

  /**
   * Takes a token for one call, or returns in how many whole seconds one is available. A refused call takes no token.
   */
  take({ sessionId, companyId }: LimitedActor): TakeResult {
    const waitMs = Math.max(
      measureWaitMs(this.#sessions, sessionId, this.#sessionLimit),
      measureWaitMs(this.#companies, companyId, this.#companyLimit),
    );
    if (waitMs > 0) return { allowed: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
    const taken = this.#sessions.take(sessionId, this.#sessionLimit);
    return taken.allowed ? this.#companies.take(companyId, this.#companyLimit) : taken;
  }

  /**
   * Charges a call for the rows that its first token does not cover. Later calls wait until these tokens are refilled.
   */
  charge({ sessionId, companyId }: LimitedActor, rows: number): void {
    const tokens = Math.ceil(rows / rowsPerToken) - 1;
    if (tokens <= 0) return;
    charge(this.#sessions, sessionId, this.#sessionLimit, tokens);
    charge(this.#companies, companyId, this.#companyLimit, tokens);
  }

  /** Returns the remaining quota of the session or its company, whichever is smaller. */
  measure({ sessionId, companyId }: LimitedActor): ManagementQuota {
    const session = measure(this.#sessions, sessionId, this.#sessionLimit);
    const company = measure(this.#companies, companyId, this.#companyLimit);
    return company.remaining < session.remaining ? company : session;
  }
}

function charge(buckets: TokenBuckets, key: string, limit: BucketLimit, tokens: number): void {
  buckets.raiseDebt(key, limit, buckets.measureDebtMs(key) + (tokens * 60_000) / limit.perMinute);
}

/** Returns the milliseconds until a token is available. 0 if there is one. */
function measureWaitMs(buckets: TokenBuckets, key: string, { perMinute, burst }: BucketLimit): number {
  const tokenMs = 60_000 / perMinute;
  return Math.max(0, buckets.measureDebtMs(key) - (burst - 1 + roundingTokens) * tokenMs);
}

function measure(buckets: TokenBuckets, key: string, { perMinute, burst }: BucketLimit): ManagementQuota {
  const debtMs = buckets.measureDebtMs(key);
  const remaining = Math.floor(burst - (debtMs * perMinute) / 60_000 + roundingTokens);
  return { limit: burst, remaining: Math.max(0, remaining), resetSeconds: Math.ceil(debtMs / 1000) };
}
