import { admit } from "./admit.ts";
import { type BucketLimit, TokenBuckets } from "./token-bucket.ts";

/** Started sign-ins of one network. People of one company often share an address. */
const startLimit: BucketLimit = { perMinute: 10, burst: 20 };
/** Codes that one browser session tries. Reading and approving a code takes two. */
const sessionLimit: BucketLimit = { perMinute: 2, burst: 10 };
/** Codes that all browser sessions of one network try. */
const networkLimit: BucketLimit = { perMinute: 10, burst: 30 };

/** Limits sign-ins of devices, and guesses of their codes (RFC 8628, section 5.1). Each node counts separately. */
export class DeviceSignInLimiter {
  readonly #starts: TokenBuckets;
  readonly #sessions: TokenBuckets;
  readonly #networks: TokenBuckets;

  /** `nowMs` is a monotonic clock. Each limit has at most `maxKeys` buckets. */
  constructor(options: { readonly nowMs: () => number; readonly maxKeys: number }) {
    this.#starts = new TokenBuckets(options);
    this.#sessions = new TokenBuckets(options);
    this.#networks = new TokenBuckets(options);
  }

  /**
   * Takes a token for a sign-in that a network starts.
   * @throws {AppError} RATE_LIMITED.
   */
  admitStart(network: string): void {
    admit(this.#starts, network, startLimit);
  }

  /**
   * Takes a token of the session and one of its network for a code, before the code is compared. So right codes count
   * too, and a guess never learns more than the limit allows.
   * @throws {AppError} RATE_LIMITED.
   */
  admitCode(sessionId: string, network: string): void {
    admit(this.#sessions, sessionId, sessionLimit);
    admit(this.#networks, network, networkLimit);
  }
}
