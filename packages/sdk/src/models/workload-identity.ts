import type { Secret } from "../secret/secret.ts";

/**
 * A token that a client with `workloadIdentity` uses. `id-token` is the token of the CI platform. `run-token` is the
 * token that the server returned for it.
 */
export type WorkloadToken =
  | { readonly kind: "id-token"; readonly value: Secret }
  | { readonly kind: "run-token"; readonly value: Secret; readonly expiresAt: string };

/** The result of `trusts.exchange`. */
export interface RunToken {
  /** The token: `run_` and 48 hex digits. Pass it as `accessToken` to another client of the same job. */
  readonly token: Secret;
  /** When it expires (ISO 8601), by the clock of this machine. */
  readonly expiresAt: string;
}

/** Signs a job in with the token of its CI platform. Node and other server runtimes only. */
export interface WorkloadIdentity {
  /** ID of the trust. */
  readonly trustId: string;
  /** The `aud` of the platform's token. It must be the PUBLIC_URL of the server. The default is `baseUrl`. */
  readonly audience?: string | undefined;
  /**
   * Returns a token of the platform. By default, the SDK asks the platform: GitHub Actions, Buildkite, and any other
   * that provides `BRIKSYNC_ID_TOKEN` or `BRIKSYNC_ID_TOKEN_FILE`. In Kubernetes, it reads
   * `/var/run/secrets/briksync/token`.
   *
   * @example
   * new BrikSync({ workloadIdentity: { trustId, getIdToken: async (audience) => fetchToken(audience) } });
   */
  readonly getIdToken?: ((audience: string) => Promise<string | Secret>) | undefined;
  /** Environment variables with which the SDK finds the platform. The default is `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Called with each token before its first use, for example to mask it in the log of the job. */
  readonly onToken?: ((token: WorkloadToken) => void | Promise<void>) | undefined;
}
