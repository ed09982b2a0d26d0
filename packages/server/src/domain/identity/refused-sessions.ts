/** The result of taking over a provider's session. Only the provider's own user learns why it was refused. */
export type OpenedSession = "opened" | "not-invited" | "second-factor-missing" | "not-a-member";

type Refusal = Exclude<OpenedSession, "opened" | "not-a-member">;

/**
 * How long a refusal is kept. It is short, so that a user who was just invited or has verified the address can try
 * again.
 */
const keptMs = 10_000;

/**
 * Caches refused provider sessions, so that an invalid token does not cause a call to the provider with every request.
 * It never accepts a session. If there are more than `maxEntries`, the oldest are removed first.
 */
export class RefusedSessions {
  readonly #options: { readonly nowMs: () => number; readonly maxEntries: number };
  readonly #refusals = new Map<string, { readonly refusal: Refusal; readonly refusedMs: number }>();

  /** `nowMs` is a monotonic clock. */
  constructor(options: { readonly nowMs: () => number; readonly maxEntries: number }) {
    this.#options = options;
  }

  /** Returns how a session was refused within the last ten seconds, or null. */
  find(key: string): Refusal | null {
    const found = this.#refusals.get(key);
    if (found === undefined) return null;
    if (this.#options.nowMs() - found.refusedMs < keptMs) return found.refusal;
    this.#refusals.delete(key);
    return null;
  }

  /** Adds a refusal. */
  note(key: string, refusal: Refusal): void {
    this.#refusals.delete(key);
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined && this.#refusals.size >= this.#options.maxEntries) this.#refusals.delete(oldest);
    this.#refusals.set(key, { refusal, refusedMs: this.#options.nowMs() });
  }
}
