/** A signed-in session. `accessToken` goes with every call; `refreshToken` buys the next pair, once. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** When the access token ends (ISO 8601), as far as the server said. */
  readonly expiresAt?: string | undefined;
}

/**
 * Where sessions are kept between calls or processes: a keychain, a file, a database row.
 * `lock` must let one process at a time through; without it, refreshing is single only inside one client.
 */
export interface SessionStore {
  load(): Promise<Session | null>;
  save(session: Session | null): Promise<void>;
  /**
   * Called right before the refresh token is spent. Throw where {@link SessionStore.save} would fail (no room, no permission): the token then
   * stays unspent, and the session is not lost.
   */
  prepare?(): Promise<void>;
  lock?<T>(work: () => Promise<T>): Promise<T>;
}

/** A store that lives as long as the process: sign in and go on with the same client. */
export function createMemorySessionStore(session: Session | null = null): SessionStore {
  let current = session;
  return {
    load: async () => current,
    save: async (next) => {
      current = next;
    },
  };
}
