interface Remembered {
  readonly accessToken: string;
  readonly endsAtMs: number;
  /** What the provider answered last when it was asked with a token of the user. */
  readonly address: string | null;
}

/**
 * The newest access token of an identity provider that each user has shown to this process, until it expires. It is kept in
 * memory only and used for one thing: to ask the provider which email address the user has there by now.
 */
export class RememberedTokens {
  readonly #nowMs: () => number;
  readonly #maxUsers: number;
  readonly #tokens = new Map<string, Remembered>();

  /** `nowMs` is a monotonic clock. Of more than `maxUsers` users, those who were seen longest ago are forgotten first. */
  constructor({ nowMs, maxUsers }: { readonly nowMs: () => number; readonly maxUsers: number }) {
    this.#nowMs = nowMs;
    this.#maxUsers = maxUsers;
  }

  /** Remembers a token that the provider has vouched for, for as long as it has left. */
  note(userId: string, accessToken: string, leftMs: number): void {
    const address = this.#find(userId)?.address ?? null;
    this.#tokens.delete(userId);
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= this.#maxUsers) this.#tokens.delete(oldest);
    this.#tokens.set(userId, { accessToken, endsAtMs: this.#nowMs() + leftMs, address });
  }

  /** Remembers what the provider answered, beside the token. Nobody has to wait for a second question after that. */
  noteAddress(userId: string, address: string): void {
    const found = this.#find(userId);
    if (found !== null) this.#tokens.set(userId, { ...found, address });
  }

  /** The user's token, or null. */
  find(userId: string): string | null {
    return this.#find(userId)?.accessToken ?? null;
  }

  /** The address that the provider answered, or null. */
  findAddress(userId: string): string | null {
    return this.#find(userId)?.address ?? null;
  }

  /** Forgets a user who signs out. */
  forget(userId: string): void {
    this.#tokens.delete(userId);
  }

  #find(userId: string): Remembered | null {
    const found = this.#tokens.get(userId);
    if (found === undefined) return null;
    if (found.endsAtMs > this.#nowMs()) return found;
    this.#tokens.delete(userId);
    return null;
  }
}
