import { Api } from "../call/api.ts";
import { Caller } from "../call/caller.ts";
import { checkTimeout } from "../call/option-names.ts";
import { noToken, type TokenSource, useFixedToken, useTokenFunction } from "../call/tokens.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { createMemorySessionStore, type Session, type SessionStore } from "../models/session.ts";
import { Audit } from "../resources/audit.ts";
import { Auth, refreshSession } from "../resources/auth.ts";
import { Keys } from "../resources/keys.ts";
import { SessionTokens } from "../resources/session-tokens.ts";
import { Tokens } from "../resources/tokens.ts";
import { Trusts } from "../resources/trusts.ts";
import type { WorkloadTokens } from "../resources/workload-tokens.ts";
import { parseBaseUrl } from "../transport/base-url.ts";
import type { Runtime } from "../transport/runtime.ts";
import type { SessionOptions } from "./options.ts";

const defaultTimeoutMs = 30_000;
const defaultMaxRetries = 2;

/** The client for all runtimes. Its JSON contains its URL, but no credentials. */
export abstract class SessionClient {
  /** Sign-in, sign-out, session and password. */
  readonly auth: Auth;
  /** The API keys of the active company. */
  readonly keys: Keys;
  /** The audit trail of the active company. */
  readonly audit: Audit;
  /** The trusts of the active company: which jobs of CI platforms may act for it. */
  readonly trusts: Trusts;
  /** The automation tokens of the active company. */
  readonly tokens: Tokens;
  readonly #baseUrl: string;

  /** @internal */
  protected constructor({ baseUrl, authParts, api }: ClientParts) {
    this.auth = new Auth(...authParts);
    this.keys = new Keys(api);
    this.audit = new Audit(api);
    this.trusts = new Trusts(api);
    this.tokens = new Tokens(api);
    this.#baseUrl = baseUrl;
  }

  toJSON(): { readonly baseUrl: string } {
    return { baseUrl: this.#baseUrl };
  }
}

/** The parts of a client. */
export interface ClientParts {
  /** URL of the server, with its path prefix. */
  readonly baseUrl: string;
  /** Arguments for the constructor of `auth`. */
  readonly authParts: ConstructorParameters<typeof Auth>;
  /** The tokens of a client that needs neither an access token nor a session. */
  readonly ownTokens: WorkloadTokens | null;
  /** Sends calls with the token of the session. */
  readonly api: Api;
  /** Sends calls without the token of the session, such as calls with other credentials. */
  readonly anonymousApi: Api;
}

/**
 * Checks the options and creates the parts of a client. `createOwnTokens` returns the tokens of a client that needs
 * neither an access token nor a session, or null. Throws `ConfigurationError`.
 */
export function assembleClient(
  options: SessionOptions,
  runtime: Runtime,
  createOwnTokens?: (anonymousApi: Api, baseUrl: string) => WorkloadTokens | null,
): ClientParts {
  const baseUrl = parseBaseUrl(options.baseUrl, options.allowInsecureHttp);
  const url = baseUrl.origin + baseUrl.prefix;
  const caller = new Caller({
    baseUrl,
    timeoutMs: checkTimeout(options.timeoutMs ?? defaultTimeoutMs),
    maxRetries: checkMaxRetries(options.maxRetries ?? defaultMaxRetries),
    onEvent: options.onEvent,
    runtime,
  });
  const anonymousApi = new Api(caller, null);
  const session = createSessionTokens(options, anonymousApi, runtime.now);
  const ownTokens = createOwnTokens?.(anonymousApi, url) ?? null;
  const api = new Api(caller, session ?? ownTokens ?? createTokenSource(options.accessToken));
  const authParts: ClientParts["authParts"] = [api, session, isSessionStore(options.session), runtime.now];
  return { baseUrl: url, authParts, ownTokens, api, anonymousApi };
}

function createSessionTokens(options: SessionOptions, api: Api, now: () => number): SessionTokens | null {
  const { session, accessToken } = options;
  if (session === undefined) return null;
  if (accessToken !== undefined) {
    throw new ConfigurationError("Pass either accessToken or session, not both.");
  }
  const store = isSessionStore(session) ? session : createMemorySessionStore(session);
  return new SessionTokens(store, (refreshToken, callOptions) => refreshSession(api, refreshToken, now, callOptions));
}

function createTokenSource(accessToken: SessionOptions["accessToken"]): TokenSource {
  if (accessToken === undefined) return noToken;
  return typeof accessToken === "function" ? useTokenFunction(accessToken) : useFixedToken(accessToken);
}

function isSessionStore(session: Session | SessionStore | undefined): session is SessionStore {
  return session !== undefined && "load" in session;
}

function checkMaxRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw new ConfigurationError("maxRetries must be 0 or a positive whole number.");
}
