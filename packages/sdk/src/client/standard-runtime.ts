import type { Runtime } from "../transport/runtime.ts";
import type { Transport } from "../transport/transport.ts";

/** Returns a runtime with the clock, random numbers and IDs of the platform. */
export function makeRuntime(transport: Transport, userAgent: string | null = null): Runtime {
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
