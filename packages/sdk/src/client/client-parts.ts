import { Api } from "../call/api.ts";
import { Caller } from "../call/caller.ts";
import { checkTimeout } from "../call/timeout.ts";
import { NO_TOKEN, type TokenSource, useFixedToken, useTokenFunction } from "../call/tokens.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { createMemorySessionStore, type Session, type SessionStore } from "../models/session.ts";
import { Audit } from "../resources/audit.ts";
import { Auth, refreshSession } from "../resources/auth.ts";
import { Keys } from "../resources/keys.ts";
import { SessionTokens } from "../resources/session-tokens.ts";
import { Tokens } from "../resources/tokens.ts";
import { Trusts } from "../resources/trusts.ts";
import { parseBaseUrl } from "../transport/base-url.ts";
import type { Runtime } from "../transport/runtime.ts";
import type { SessionOptions } from "./options.ts";

/** The parts of a client. */
export interface ClientParts {
  /** URL of the server, with its path prefix. */
  readonly baseUrl: string;
  readonly auth: Auth;
  /** What another class of `auth` needs. */
  readonly authParts: ConstructorParameters<typeof Auth>;
  readonly keys: Keys;
  readonly audit: Audit;
  readonly trusts: Trusts;
  readonly tokens: Tokens;
  /** Calls with the session. */
  readonly api: Api;
  /** Calls with their own credentials. */
  readonly anonymousApi: Api;
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_RETRIES = 2;

/**
 * Checks the options and creates the parts of a client. `makeOwnTokens` returns the tokens of a client that needs neither an
 * access token nor a session, or null. Throws `ConfigurationError`.
 */
export function assembleClient<Own extends TokenSource>(
  options: SessionOptions,
  runtime: Runtime,
  makeOwnTokens?: (anonymousApi: Api, baseUrl: string) => Own | null,
): ClientParts & { readonly ownTokens: Own | null } {
  const baseUrl = parseBaseUrl(options.baseUrl, options.allowInsecureHttp);
  const url = baseUrl.origin + baseUrl.prefix;
  const caller = new Caller({
    baseUrl,
    timeoutMs: checkTimeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
    maxRetries: checkMaxRetries(options.maxRetries ?? DEFAULT_MAX_RETRIES),
    onEvent: options.onEvent,
    runtime,
  });
  const anonymousApi = new Api(caller, null);
  const session = makeSessionTokens(options, anonymousApi, runtime.now);
  const ownTokens = makeOwnTokens?.(anonymousApi, url) ?? null;
  const api = new Api(caller, session ?? ownTokens ?? makeTokenSource(options.accessToken));
  const authParts: ClientParts["authParts"] = [api, session, isSessionStore(options.session), runtime.now];
  return {
    baseUrl: url,
    auth: new Auth(...authParts),
    authParts,
    keys: new Keys(api),
    audit: new Audit(api),
    trusts: new Trusts(api),
    tokens: new Tokens(api),
    api,
    anonymousApi,
    ownTokens,
  };
}

function makeSessionTokens(options: SessionOptions, api: Api, now: () => number): SessionTokens | null {
  const { session, accessToken } = options;
  if (session === undefined) return null;
  if (accessToken !== undefined) {
    throw new ConfigurationError("Pass either accessToken or session, not both.");
  }
  const store = isSessionStore(session) ? session : createMemorySessionStore(session);
  return new SessionTokens(store, (refreshToken, callOptions) => refreshSession(api, refreshToken, now, callOptions));
}

function makeTokenSource(accessToken: SessionOptions["accessToken"]): TokenSource {
  if (accessToken === undefined) return NO_TOKEN;
  return typeof accessToken === "function" ? useTokenFunction(accessToken) : useFixedToken(accessToken);
}

function isSessionStore(session: Session | SessionStore | undefined): session is SessionStore {
  return session !== undefined && "load" in session;
}

function checkMaxRetries(maxRetries: number): number {
  if (Number.isInteger(maxRetries) && maxRetries >= 0) return maxRetries;
  throw new ConfigurationError("maxRetries must be 0 or a positive whole number.");
}
