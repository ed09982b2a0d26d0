import type { OpenedSession } from "./opened-session.ts";

type Refusal = Exclude<OpenedSession, "opened" | "not-a-member">;

/** Short enough for somebody who was just invited, or has just verified his address, to try again. */
const keptMs = 10_000;

/**
 * Sessions of the provider that were refused a moment ago, so that a token which may not open does not cost the provider a
 * question with every request. It only ever refuses. Of more than `maxEntries` the oldest are forgotten first.
 */
export class RefusedSessions {
  readonly #nowMs: () => number;
  readonly #maxEntries: number;
  readonly #refusals = new Map<string, { readonly refusal: Refusal; readonly refusedMs: number }>();

  /** `nowMs` is a monotonic clock. */
  constructor({ nowMs, maxEntries }: { readonly nowMs: () => number; readonly maxEntries: number }) {
    this.#nowMs = nowMs;
    this.#maxEntries = maxEntries;
  }

  /** How this session was refused within the last ten seconds; null when it was not. */
  find(key: string): Refusal | null {
    const found = this.#refusals.get(key);
    if (found === undefined) return null;
    if (this.#nowMs() - found.refusedMs < keptMs) return found.refusal;
    this.#refusals.delete(key);
    return null;
  }

  /** Notes that it was refused just now. */
  note(key: string, refusal: Refusal): void {
    this.#refusals.delete(key);
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined && this.#refusals.size >= this.#maxEntries) this.#refusals.delete(oldest);
    this.#refusals.set(key, { refusal, refusedMs: this.#nowMs() });
  }
}
