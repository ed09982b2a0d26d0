import { admit } from "./admit.ts";
import { type BucketLimit, TokenBuckets } from "./token-bucket.ts";

/** Exchanges from one network, of any kind. Runners of one company often share an address. */
const networkLimit: BucketLimit = { perMinute: 300, burst: 300 };
/** Valid tokens of one repository or project, so that nobody uses up the limit of an issuer that all share. */
const tenantLimit: BucketLimit = { perMinute: 600, burst: 300 };
/** Allowed exchanges of one trust. */
const trustLimit: BucketLimit = { perMinute: 120, burst: 120 };
/** Refused exchanges of one trust that are logged. */
const refusalLimit: BucketLimit = { perMinute: 10, burst: 60 };

/** Limits exchanges per client network, per issuer and repository, and per trust. Each node counts separately. */
export class ExchangeLimiter {
  readonly #networks: TokenBuckets;
  readonly #tenants: TokenBuckets;
  readonly #trusts: TokenBuckets;
  readonly #refusals: TokenBuckets;

  /** `nowMs` is a monotonic clock. Each limit has at most `maxKeys` buckets. */
  constructor(options: { readonly nowMs: () => number; readonly maxKeys: number }) {
    this.#networks = new TokenBuckets(options);
    this.#tenants = new TokenBuckets(options);
    this.#trusts = new TokenBuckets(options);
    this.#refusals = new TokenBuckets(options);
  }

  /**
   * Takes a token for a call of a network, before anything else is read.
   * @throws {AppError} RATE_LIMITED.
   */
  admitNetwork(network: string): void {
    admit(this.#networks, network, networkLimit);
  }

  /**
   * Takes a token for a valid assertion of a repository.
   * @throws {AppError} RATE_LIMITED.
   */
  admitTenant(tenant: string): void {
    admit(this.#tenants, tenant, tenantLimit);
  }

  /**
   * Takes a token for an exchange that the trust allows. Refused exchanges take none, so nobody can use up the limit of
   * somebody else's trust.
   * @throws {AppError} RATE_LIMITED.
   */
  admitTrust(trustId: string): void {
    admit(this.#trusts, trustId, trustLimit);
  }

  /** Returns whether another refusal of the trust may be logged. */
  mayLog(trustId: string): boolean {
    return this.#refusals.take(trustId, refusalLimit).allowed;
  }
}
