import { checkHeaderValue } from "../call/header-value.ts";
import type { TokenSource } from "../call/tokens.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { isApiError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Session, SessionStore } from "../models/session.ts";
import type { SignInResult } from "../models/session-info.ts";

/** Buys a new pair of tokens for a refresh token. */
export type Refresh = (refreshToken: string, options?: CallOptions) => Promise<SignInResult>;

/**
 * The tokens of a session that is kept in a store. A refused token is first compared with the stored one, since
 * another process may have refreshed already; a refresh happens under the store's lock and once at a time.
 * What the store itself throws passes through unchanged.
 */
export class SessionTokens implements TokenSource {
  readonly #store: SessionStore;
  readonly #refresh: Refresh;
  #session: Session | null = null;
  #loading: Promise<string> | null = null;
  #renewing: Promise<string | null> | null = null;
  /** The last piece of work on the stored session; the next one waits for it. */
  #lastWork: Promise<unknown> = Promise.resolve();
  /** A refresh token the server has refused; asking again would only be refused again. */
  #spentRefreshToken: string | undefined;

  constructor(store: SessionStore, refresh: Refresh) {
    this.#store = store;
    this.#refresh = refresh;
  }

  current(): string | Promise<string> {
    if (this.#session !== null) return this.#session.accessToken;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  renew(refused: string): Promise<string | null> {
    this.#renewing ??= this.#lock(() => this.#renewStored(refused)).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Refreshes whether or not the token was refused. */
  refreshNow(options: CallOptions | undefined): Promise<SignInResult> {
    return this.#lock(async () => {
      const refreshToken = (await this.#store.load())?.refreshToken;
      if (refreshToken === undefined) throw makeNotSignedIn("The session has no refresh token");
      return this.#exchange(refreshToken, options);
    });
  }

  /** Makes a session, or none, the one in use and saves it. */
  replace(session: Session | null): Promise<void> {
    return this.#lock(() => this.#keep(session));
  }

  /** As `replace`, for an answer that may leave the refresh token as it is; gives the session that is in use now. */
  proceed(session: Session): Promise<Session> {
    return this.#lock(async () => {
      const kept = session.refreshToken ?? (await this.#store.load())?.refreshToken;
      const next = kept === undefined ? session : { ...session, refreshToken: kept };
      await this.#keep(next);
      return next;
    });
  }

  async #load(): Promise<string> {
    const session = await this.#store.load();
    if (session === null) throw makeNotSignedIn("There is no session");
    checkHeaderValue("session.accessToken", session.accessToken);
    this.#session = session;
    return session.accessToken;
  }

  async #renewStored(refused: string): Promise<string | null> {
    if (this.#session !== null && this.#session.accessToken !== refused) return this.#session.accessToken;
    const stored = await this.#store.load();
    this.#session = stored;
    if (stored === null || stored.accessToken !== refused) return stored?.accessToken ?? null;
    const { refreshToken } = stored;
    if (refreshToken === undefined || refreshToken === this.#spentRefreshToken) return null;
    try {
      return (await this.#exchange(refreshToken)).accessToken;
    } catch (error) {
      if (!isRefreshRefused(error)) throw error;
      this.#spentRefreshToken = refreshToken;
      return null;
    }
  }

  /** Asks the store whether it can save. Call it before anything that ends the stored session. */
  prepare(): Promise<void> {
    return this.#lock(async () => this.#store.prepare?.());
  }

  async #exchange(refreshToken: string, options?: CallOptions): Promise<SignInResult> {
    await this.#store.prepare?.();
    const result = await this.#refresh(refreshToken, options);
    await this.#keep(result.session);
    return result;
  }

  /** In use at once, so that this process goes on even when saving fails. */
  #keep(session: Session | null): Promise<void> {
    this.#session = session;
    return this.#store.save(session);
  }

  /** Lets one piece of work at a time through, here and, with the store's lock, in other processes. */
  #lock<T>(work: () => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.#store.lock?.(work) ?? work();
    const result = this.#lastWork.then(run, run);
    this.#lastWork = result;
    return result;
  }
}

/** The refresh token is dead, or this server has no refresh: the first refusal stands. An outage is neither. */
function isRefreshRefused(error: unknown): boolean {
  return isApiError(error) && error.outcome === "rejected" && !error.retryable;
}

function makeNotSignedIn(what: string): ConfigurationError {
  return new ConfigurationError(`${what}. Sign in first.`, { type: "NOT_SIGNED_IN" });
}
