import { isIP } from "node:net";
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

/** Returns whether an address or a host name is this machine, for which browsers need no TLS. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}
