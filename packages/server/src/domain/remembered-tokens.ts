/**
 * The newest access token of an identity provider that each user has shown to this process, until it expires. It is kept in memory only
 * and used for one thing: to ask the provider which email address the user has there by now.
 */
export class RememberedTokens {
  readonly #now: () => Date;
  readonly #maxUsers: number;
  readonly #tokens = new Map<string, { readonly accessToken: string; readonly expiresAt: Date }>();

  /** Of more than `maxUsers` users, those who were seen longest ago are forgotten first. */
  constructor({ now, maxUsers }: { readonly now: () => Date; readonly maxUsers: number }) {
    this.#now = now;
    this.#maxUsers = maxUsers;
  }

  /** Remembers a token that the provider has vouched for. */
  note(userId: string, accessToken: string, expiresAt: Date): void {
    this.#tokens.delete(userId);
    const [oldest] = this.#tokens.keys();
    if (oldest !== undefined && this.#tokens.size >= this.#maxUsers) this.#tokens.delete(oldest);
    this.#tokens.set(userId, { accessToken, expiresAt });
  }

  /** The user's token, or null. */
  find(userId: string): string | null {
    const found = this.#tokens.get(userId);
    if (found === undefined) return null;
    if (found.expiresAt > this.#now()) return found.accessToken;
    this.#tokens.delete(userId);
    return null;
  }
}
