import type { Transport } from "./transport.ts";

/** The dependencies of a client on its platform. Tests can replace them. */
export interface Runtime {
  readonly transport: Transport;
  /** Value of the `User-Agent` header. Null if the runtime sets its own. */
  readonly userAgent: string | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Returns a number from 0 (inclusive) to 1 (exclusive), uniformly distributed. */
  readonly random: () => number;
  /** Returns a new Idempotency-Key. */
  readonly createIdempotencyKey: () => string;
}
