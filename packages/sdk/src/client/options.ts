import type { TransportEvent } from "../call/transport-event.ts";
import type { Session, SessionStore } from "../models/session.ts";
import type { WorkloadIdentity } from "../models/workload-identity.ts";
import type { Secret } from "../secret/secret.ts";

/**
 * Options of a client with a session, in every runtime.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", accessToken, timeoutMs: 10_000 });
 */
export interface SessionOptions {
  /** URL of the server. The default is `http://127.0.0.1:4870`. Plain HTTP is allowed for loopback hosts only. */
  readonly baseUrl?: string | undefined;
  /** Allows plain HTTP to other hosts. Others on the network can then read tokens and secrets. */
  readonly allowInsecureHttp?: boolean | undefined;
  /** Access token, or a function that returns the current one. The SDK calls the function again after a 401. */
  readonly accessToken?: string | Secret | (() => string | Promise<string>) | undefined;
  /** Session, or a store that contains one. The SDK refreshes and saves it when the server rejects the access token. */
  readonly session?: Session | SessionStore | undefined;
  /** Deadline of one call in milliseconds, including all attempts, waits and a refresh. The default is 30000. */
  readonly timeoutMs?: number | undefined;
  /** Maximum number of retries of one call. The default is 2. */
  readonly maxRetries?: number | undefined;
  /** Function to use instead of the built-in transport. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * Called with each event of each call, for logs and metrics. The SDK ignores its errors.
   *
   * @example
   * new BrikSync({ accessToken, onEvent: (event) => console.debug(event) });
   */
  readonly onEvent?: ((event: TransportEvent) => void) | undefined;
}

/**
 * Options of a server-side client.
 *
 * @example
 * const briksync = new BrikSync({ baseUrl: "https://api.example.com", clientId, clientSecret });
 */
export interface BrikSyncOptions extends SessionOptions {
  /** Client ID (`api_…`) for `verify`. Requires `clientSecret`. */
  readonly clientId?: string | undefined;
  /** Client secret (`sec_…`) for `verify`. It works without `clientId`. */
  readonly clientSecret?: string | Secret | undefined;
  /**
   * Signs in with the token of the CI platform on which this process runs. It replaces `accessToken` and `session`.
   *
   * @example
   * const briksync = new BrikSync({ baseUrl: "https://api.example.com", workloadIdentity: { trustId } });
   * for await (const key of briksync.keys.list()) await briksync.keys.rotateSafely(key.id, { deliver });
   */
  readonly workloadIdentity?: WorkloadIdentity | undefined;
  /** Text in front of the SDK's own name in the `User-Agent` header. Node only. */
  readonly userAgent?: string | undefined;
}
