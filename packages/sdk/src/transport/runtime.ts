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

/** Returns a runtime with the clock, random numbers and IDs of the platform. */
export function createRuntime(transport: Transport, userAgent: string | null = null): Runtime {
  return {
    transport,
    userAgent,
    now: Date.now,
    random: Math.random,
    createIdempotencyKey,
  };
}

/** Returns 128 random bits in hex. `crypto.randomUUID` is not available on pages with plain HTTP. */
function createIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint8Array(16)).reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
}
