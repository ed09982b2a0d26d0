import type { ApiErrorType } from "../errors/error-types.ts";

/** The server accepts the credential for this request. */
export interface VerifiedCredential {
  readonly ok: true;
  readonly keyId: string;
  readonly clientId: string;
  readonly companyId: string;
  readonly companyName: string;
  /** Name of the key. */
  readonly name: string;
  /** State of the secret that was used. */
  readonly secret: "current" | "pending" | "retiring" | (string & {});
}

/** The server refuses the credential. Return `status` and `message` to your own client. */
export interface RefusedCredential {
  readonly ok: false;
  /** 400, 401, 403 or 429. */
  readonly status: number;
  readonly type: ApiErrorType;
  readonly message: string;
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;
}

/** The decision of the server about one request. If the server cannot decide, `verify` throws. */
export type VerifyResult = VerifiedCredential | RefusedCredential;

/** Headers of an incoming request: a `Headers` object, or a record such as `request.headers` of `node:http`. */
export type IncomingHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | string[] | undefined>>;

/** Input of `verify`. See its example. */
export interface VerifyInput {
  /** Headers of the request to verify. By default, the SDK verifies the client's own credentials. */
  readonly headers?: IncomingHeaders | undefined;
  /**
   * IP address of your client, to check against the key's allowlist. The SDK sends it as `X-Forwarded-For`. The server
   * uses it only if `TRUSTED_PROXIES` contains this machine. The SDK removes ports and zones (`fe80::1%eth0`). Any
   * value that is not a single address, also `undefined`, is an unknown address. The server then refuses keys that have
   * an allowlist.
   *
   * @example
   * await briksync.verify({ headers: request.headers, ip: request.socket.remoteAddress });
   */
  readonly ip?: string | undefined;
}
