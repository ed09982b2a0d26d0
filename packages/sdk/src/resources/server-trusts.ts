import type { Api } from "../call/api.ts";
import { ConfigurationError } from "../errors/errors.ts";
import type { ExplainOptions, TrustExplanation } from "../models/trust.ts";
import type { RunToken } from "../models/workload-identity.ts";
import { explainExchange } from "./exchange.ts";
import { Trusts } from "./trusts.ts";
import type { WorkloadTokens } from "./workload-tokens.ts";

/**
 * The trusts of the active company, with `exchange` and `explain`. For server runtimes only, because it sends the token
 * of a job.
 */
export class ServerTrusts extends Trusts {
  readonly #anonymousApi: Api;
  readonly #workload: WorkloadTokens | null;

  /** @internal */
  constructor(api: Api, anonymousApi: Api, workload: WorkloadTokens | null) {
    super(api);
    this.#anonymousApi = anonymousApi;
    this.#workload = workload;
  }

  /**
   * Explains whether a trust would allow this job, claim by claim. It sends a token of the job's platform, but does not
   * spend it. Requires a client with `workloadIdentity`.
   *
   * @example
   * const briksync = new BrikSync({ workloadIdentity: { trustId } });
   * const { allowed, type, claims } = await briksync.trusts.explain();
   */
  async explain(options?: ExplainOptions): Promise<TrustExplanation> {
    const workload = this.#requireWorkload("explain");
    const idToken = await workload.requestIdToken();
    return explainExchange(this.#anonymousApi, options?.trustId ?? workload.trustId, idToken, options);
  }

  /**
   * Exchanges a token of the job's platform for one of the server. You rarely need this method, because a client with
   * `workloadIdentity` signs in by itself.
   *
   * @throws {ApiError} `TRUST_DENIED` if the trust does not allow this job.
   *
   * @example
   * const { token, expiresAt } = await briksync.trusts.exchange();
   */
  async exchange(): Promise<RunToken> {
    return this.#requireWorkload("exchange").exchangeNow();
  }

  #requireWorkload(method: string): WorkloadTokens {
    if (this.#workload !== null) return this.#workload;
    throw new ConfigurationError(`trusts.${method} requires a client that was created with workloadIdentity.`);
  }
}
