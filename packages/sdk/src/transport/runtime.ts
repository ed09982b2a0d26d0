import type { Transport } from "./transport.ts";

/** What a client takes from its surroundings, so that tests can give something else. */
export interface Runtime {
  readonly transport: Transport;
  /** Sent as `User-Agent`; null where the runtime sets its own. */
  readonly userAgent: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A new Idempotency-Key. */
  readonly createIdempotencyKey: () => string;
}
