import type { Runtime } from "./runtime.ts";
import type { Transport } from "./transport/transport.ts";

/** Clock, randomness and ids of the platform, around a transport. */
export function makeRuntime(transport: Transport, userAgent: string | null = null): Runtime {
  return {
    transport,
    userAgent,
    now: Date.now,
    random: Math.random,
    createIdempotencyKey: () => crypto.randomUUID(),
  };
}
