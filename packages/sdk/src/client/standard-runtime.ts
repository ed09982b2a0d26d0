import type { Runtime } from "../transport/runtime.ts";
import type { Transport } from "../transport/transport.ts";

/** Clock, randomness and ids of the platform, around a transport. */
export function makeRuntime(transport: Transport, userAgent: string | null = null): Runtime {
  return {
    transport,
    userAgent,
    now: Date.now,
    random: Math.random,
    createIdempotencyKey,
  };
}

/** 128 random bits as hex. Not `crypto.randomUUID`, which pages of plain http do not have. */
function createIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint8Array(16)).reduce((hex, byte) => hex + byte.toString(16).padStart(2, "0"), "");
}
