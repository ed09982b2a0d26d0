import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { App } from "./fastify.ts";

const sweepIntervalMs = 50;

/**
 * Answers that, while the server drains, tell the client to close the connection: the calls that were already in flight then
 * would otherwise leave it open until the keep-alive timeout, and the process with it.
 */
export function createResponseClass(isDraining: () => boolean): typeof ServerResponse {
  class DrainableResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
    override writeHead(...parts: unknown[]): this {
      if (isDraining()) this.setHeader("connection", "close");
      // Node's overloads are one function; passing on what came is right for each of them.
      return Reflect.apply(super.writeHead, this, parts) as this;
    }
  }
  return DrainableResponse;
}

/** All open connections of the app's server, to be drained at the end. Call before it listens. */
export function trackConnections(app: App): { drain(deadlineMs: number): Promise<boolean> } {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const sweep = (): void => {
    app.server.closeIdleConnections();
    // A connection without a single byte is not idle to Node; nobody waits for an answer on it.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  };
  return {
    /**
     * Accepts nothing new, closes what is idle and waits for the calls in flight. False when the deadline came first; what was
     * still open has then been cut off.
     */
    drain: async (deadlineMs) => {
      const isClosed = app.close().then(() => true);
      sweep();
      const sweeping = setInterval(sweep, sweepIntervalMs);
      const abandon = new AbortController();
      const isLate = setTimeout(deadlineMs, false, { signal: abandon.signal }).catch(() => false);
      const isComplete = await Promise.race([isClosed, isLate]);
      clearInterval(sweeping);
      abandon.abort();
      if (!isComplete) app.server.closeAllConnections();
      await isClosed;
      return isComplete;
    },
  };
}
