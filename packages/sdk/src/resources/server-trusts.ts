import type { Api } from "../call/api.ts";
import { ConfigurationError } from "../errors/errors.ts";
import type { ExplainOptions, TrustExplanation } from "../models/trust.ts";
import { explainExchange } from "./exchange.ts";
import { Trusts } from "./trusts.ts";
import type { WorkloadTokens } from "./workload-tokens.ts";

/** The trusts of the active company, with `explain`. For server runtimes only, because it sends the token of a job. */
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
    if (this.#workload === null) {
      throw new ConfigurationError("trusts.explain requires a client that was created with workloadIdentity.");
    }
    const idToken = await this.#workload.requestIdToken();
    return explainExchange(this.#anonymousApi, options?.trustId ?? this.#workload.trustId, idToken, options);
  }
}
