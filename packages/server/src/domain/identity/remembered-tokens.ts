interface Remembered {
  readonly accessToken: string;
  readonly endsAtMs: number;
  /** The last address that the provider returned for the token. */
  readonly address: string | null;
}

/**
 * Keeps the newest provider access token of each user until it expires. Tokens are kept only in memory and used only to
 * ask the provider for the user's current email address.
 */
export class RememberedTokens {
  readonly #options: { readonly nowMs: () => number; readonly maxUsers: number };
  readonly #tokens = new Map<string, Remembered>();

  /** `nowMs` is a monotonic clock. If there are more than `maxUsers`, the users seen longest ago are removed first. */
  constructor(options: { readonly nowMs: () => number; readonly maxUsers: number }) {
    this.#options = options;
  }

  /** Keeps a valid token for `leftMs` milliseconds. */
  note(userId: string, accessToken: string, leftMs: number): void {
    const address = this.#find(userId)?.address ?? null;
    this.#tokens.delete(userId);
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= this.#options.maxUsers) this.#tokens.delete(oldest);
    this.#tokens.set(userId, { accessToken, endsAtMs: this.#options.nowMs() + leftMs, address });
  }

  /** Keeps the provider's response with the token, so that the server asks only once. */
  noteAddress(userId: string, address: string): void {
    const found = this.#find(userId);
    if (found !== null) this.#tokens.set(userId, { ...found, address });
  }

  /** Returns the token of the user, or null. */
  find(userId: string): string | null {
    return this.#find(userId)?.accessToken ?? null;
  }

  /** Returns the address that the provider returned, or null. */
  findAddress(userId: string): string | null {
    return this.#find(userId)?.address ?? null;
  }

  /** Removes the token of a user who signs out. */
  forget(userId: string): void {
    this.#tokens.delete(userId);
  }

  #find(userId: string): Remembered | null {
    const found = this.#tokens.get(userId);
    if (found === undefined) return null;
    if (found.endsAtMs > this.#options.nowMs()) return found;
    this.#tokens.delete(userId);
    return null;
  }
}
