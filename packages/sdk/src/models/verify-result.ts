import type { ApiErrorType } from "../errors/error-types.ts";

/** The credential was accepted for this request. */
export interface VerifiedCredential {
  readonly ok: true;
  readonly keyId: string;
  readonly clientId: string;
  readonly companyId: string;
  readonly companyName: string;
  /** The key's name. */
  readonly name: string;
  /** Which of the key's secrets was used. */
  readonly secret: "current" | "pending" | "retiring" | (string & {});
}

/** The credential was refused; answer your own caller with `status` and `message`. */
export interface RefusedCredential {
  readonly ok: false;
  /** 400, 401, 403 or 429. */
  readonly status: number;
  readonly type: ApiErrorType;
  readonly message: string;
  readonly retryAfterSeconds?: number;
  readonly requestId?: string;
}

/** The server's decision about one request. An outage is no decision: it throws. */
export type VerifyResult = VerifiedCredential | RefusedCredential;

/** Headers of an incoming request: a `Headers` object, or a record as `node:http` gives it. */
export type IncomingHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | string[] | undefined>>;

/** The request to decide about. */
export interface VerifyInput {
  /** Headers of the request; without them the client's own credentials are checked. */
  readonly headers?: IncomingHeaders | undefined;
  /**
   * Address of the peer, for the key's allowlist, such as `request.socket.remoteAddress`. It is sent as `X-Forwarded-For`, which
   * counts only if the server lists this machine as a trusted proxy. A port and a zone (`fe80::1%eth0`) are left out. A value
   * that is not one address, also `undefined`, counts as an unknown address: keys with an allowlist are refused then.
   */
  readonly ip?: string | undefined;
}
