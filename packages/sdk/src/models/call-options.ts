/** What every method takes as its last argument. */
export interface CallOptions {
  /** Ends the call at any moment, also while it waits between attempts. */
  readonly signal?: AbortSignal | undefined;
  /** Total deadline of this call, over all attempts and waits; the client's `timeoutMs` by default. */
  readonly timeoutMs?: number | undefined;
  /** For create and rotate: the Idempotency-Key to send instead of a generated one (1–255 visible ASCII characters, no quote first). */
  readonly idempotencyKey?: string | undefined;
}
