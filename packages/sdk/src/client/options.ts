import type { TransportEvent } from "../call/transport-event.ts";
import type { Session, SessionStore } from "../models/session.ts";
import type { Secret } from "../secret/secret.ts";

/** The options that every entry understands, browsers included. */
export interface SessionOptions {
  /** Where the server is; `http://127.0.0.1:4870` by default. Plain http only for loopback hosts. */
  readonly baseUrl?: string | undefined;
  /** Allows plain http to other hosts, where tokens and secrets then travel readable. */
  readonly allowInsecureHttp?: boolean | undefined;
  /** A session token, or a function that gives the current one (asked again after a 401). */
  readonly accessToken?: string | Secret | (() => string | Promise<string>) | undefined;
  /** A session, or the store that keeps one; refreshed and saved when the server refuses its token. */
  readonly session?: Session | SessionStore | undefined;
  /** Total deadline of one call over connecting, attempts, waits and a refresh; 30000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Repetitions of one call at most; 2 by default. */
  readonly maxRetries?: number | undefined;
  /** Replaces the transport. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Hears each step of each call; what it throws is ignored. */
  readonly onEvent?: ((event: TransportEvent) => void) | undefined;
}

/** The options of a server-side client. */
export interface BrikSyncOptions extends SessionOptions {
  /** The `api_…` half of API credentials, for `verify`. */
  readonly clientId?: string | undefined;
  /** The `sec_…` half of API credentials, for `verify`; enough on its own. */
  readonly clientSecret?: string | Secret | undefined;
  /** Put before this package's own name in the `User-Agent`. Node only. */
  readonly userAgent?: string | undefined;
}
