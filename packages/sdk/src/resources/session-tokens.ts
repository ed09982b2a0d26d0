import { checkHeaderValue } from "../call/header-value.ts";
import { createNotSignedInError, type TokenSource } from "../call/tokens.ts";
import { isApiError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Session, SessionStore } from "../models/session.ts";
import type { SignInResult } from "../models/session-info.ts";

/** Exchanges a refresh token for new tokens. */
export type Refresh = (refreshToken: string, options?: CallOptions) => Promise<SignInResult>;

/**
 * Manages the tokens of a stored session. After the server rejects a token, it re-reads the store first, because
 * another process may have refreshed the session. It refreshes under the store's lock, one refresh at a time. Errors of
 * the store are not wrapped.
 */
export class SessionTokens implements TokenSource {
  readonly #store: SessionStore;
  readonly #refresh: Refresh;
  #session: Session | null = null;
  #loading: Promise<string> | null = null;
  #renewing: Promise<string | null> | null = null;
  /** The last operation on the stored session. The next operation waits for it. */
  #lastWork: Promise<unknown> = Promise.resolve();
  /** A refresh token that the server has refused. It is not sent again. */
  #refusedRefreshToken: string | undefined;

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

  /** Refreshes the session, even if its token was not refused. */
  refreshNow(options: CallOptions | undefined): Promise<SignInResult> {
    return this.#lock(async () => {
      const refreshToken = (await this.#store.load())?.refreshToken;
      if (refreshToken === undefined) throw createNotSignedInError("The session has no refresh token. Sign in first.");
      return this.#exchange(refreshToken, options);
    });
  }

  /** Replaces the session and saves it. Null deletes it. */
  replace(session: Session | null): Promise<void> {
    return this.#lock(() => this.#keep(session));
  }

  /**
   * Runs a call that replaces the session and saves the new session. Keeps the old refresh token if the response has
   * none. The call must use the tokens that it gets. The lock is held from before the call until the session is saved.
   * Otherwise, another process could send the old refresh token, which would end the session.
   */
  exchangeSession(call: (tokens: TokenSource) => Promise<SignInResult>): Promise<SignInResult> {
    return this.#lock(async () => {
      await this.#store.prepare?.();
      let renewing: Promise<string | null> | undefined;
      const renew = (refused: string): Promise<string | null> => {
        renewing = this.#renewStored(refused);
        return renewing;
      };
      try {
        const result = await call({ current: () => this.current(), renew });
        const refreshToken = result.session.refreshToken ?? (await this.#store.load())?.refreshToken;
        const session = refreshToken === undefined ? result.session : { ...result.session, refreshToken };
        await this.#keep(session);
        return { ...result, session };
      } finally {
        // A canceled call does not wait for its refresh. The lock is kept until the refresh has ended.
        await renewing?.catch(() => null);
      }
    });
  }

  async #load(): Promise<string> {
    const session = await this.#store.load();
    if (session === null) throw createNotSignedInError("There is no session. Sign in first.");
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
    if (refreshToken === undefined || refreshToken === this.#refusedRefreshToken) return null;
    try {
      return (await this.#exchange(refreshToken)).accessToken;
    } catch (error) {
      if (!isRefreshRefused(error)) throw error;
      this.#refusedRefreshToken = refreshToken;
      return null;
    }
  }

  async #exchange(refreshToken: string, options?: CallOptions): Promise<SignInResult> {
    await this.#store.prepare?.();
    const result = await this.#refresh(refreshToken, options);
    await this.#keep(result.session);
    return result;
  }

  /** Uses the new session immediately, so that this process continues even if saving fails. */
  #keep(session: Session | null): Promise<void> {
    this.#session = session;
    return this.#store.save(session);
  }

  /** Runs one piece of work at a time, in this process and, with the store's lock, across processes. */
  #lock<T>(work: () => Promise<T>): Promise<T> {
    const run = (): Promise<T> => this.#store.lock?.(work) ?? work();
    const result = this.#lastWork.then(run, run);
    this.#lastWork = result;
    return result;
  }
}

/**
 * Returns whether the refresh failed for good: the token is not valid, or the server does not support refresh. The call
 * then fails with the first refusal. An outage does not count.
 */
function isRefreshRefused(error: unknown): boolean {
  return isApiError(error) && error.outcome === "rejected" && !error.retryable;
}
