import { isIP } from "node:net";
import { isLoopback } from "../domain/network/loopback.ts";
import type { App } from "./fastify.ts";

/**
 * Returns a function that returns the origin at which browsers reach this server: the configured one, or else the
 * listening address if it is a loopback address, or else null. Call it after the server listens.
 */
export function createPublicUrl(app: App, configured: string | null): () => string | null {
  return () => {
    if (configured !== null) return configured;
    const found = app.server.address();
    if (found === null || typeof found === "string" || !isLoopback(found.address)) return null;
    return `http://${isIP(found.address) === 6 ? `[${found.address}]` : found.address}:${found.port}`;
  };
}
