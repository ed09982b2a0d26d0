/**
 * The tokens of a session. The SDK sends `accessToken` with every call. It exchanges the single-use `refreshToken` for
 * new tokens.
 */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** When the access token expires (ISO 8601), if the server returned it. */
  readonly expiresAt?: string | undefined;
  /** The company that the tokens are for. Missing in sessions that an older version of the SDK has created. */
  readonly companyId?: string | undefined;
}

/**
 * Stores a session between calls or processes, for example in a keychain, a file or a database row.
 *
 * @example
 * const store: SessionStore = {
 *   load: async () => JSON.parse(await readFile(path, "utf8")),
 *   save: async (session) => writeFile(path, JSON.stringify(session), { mode: 0o600 }),
 * };
 * const briksync = new BrikSync({ session: store });
 */
export interface SessionStore {
  /** Returns the stored session, or null. */
  load(): Promise<Session | null>;
  /** Stores the session. Null deletes it. */
  save(session: Session | null): Promise<void>;
  /**
   * Called before the refresh token is used. Throw if {@link SessionStore.save} would fail, for example because the
   * disk is full. The SDK then does not use the token, and the session is not lost.
   */
  prepare?(): Promise<void>;
  /**
   * Runs `work` while no other process does. Implement it if several processes share the store. Otherwise, only the
   * calls of one client share a refresh.
   */
  lock?<T>(work: () => Promise<T>): Promise<T>;
}

/**
 * Returns a session store in memory. It exists as long as the process.
 *
 * @example
 * const briksync = new BrikSync({ session: createMemorySessionStore() });
 * await briksync.auth.signIn({ email, password });
 */
export function createMemorySessionStore(session: Session | null = null): SessionStore {
  let current = session;
  return {
    load: async () => current,
    save: async (next) => {
      current = next;
    },
  };
}
