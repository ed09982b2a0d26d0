import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { App } from "./fastify.ts";

const sweepIntervalMs = 50;
/** How long a request may go on arriving once the server drains, before it counts as none. */
const arrivalGraceMs = 2_000;

/** The answer that is being prepared or sent on a connection; null when no request has fully arrived on it. */
export function findCurrentAnswer(socket: Duplex): ServerResponse | null {
  return "_httpMessage" in socket ? (socket._httpMessage as ServerResponse | null) : null;
}

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

/**
 * Answers clients that have closed their sending side after the request, as RFC 9112, section 9.6 allows. By default Node
 * carries their call out and throws the answer away. The connection is closed after the answer.
 */
export function answerHalfClosedClients(app: App): void {
  // A property of Node's servers that its types leave out.
  Object.assign(app.server, { httpAllowHalfOpen: true });
}

/** All open connections of the app's server, to be drained at the end. Call before it listens. */
export function trackConnections(app: App): { drain(deadlineMs: number): Promise<boolean> } {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const sweep = (isGraceOver: boolean): void => {
    app.server.closeIdleConnections();
    // Without a single byte, or with half the headers of a request, a connection is not idle to Node.
    for (const socket of sockets) {
      if (findCurrentAnswer(socket) === null && (isGraceOver || socket.bytesRead === 0)) socket.destroy();
    }
  };
  return {
    /**
     * Accepts nothing new, closes what is idle and waits for the calls in flight. False when the deadline came first; what was
     * still open has then been cut off.
     */
    drain: async (deadlineMs) => {
      const isClosed = app.close().then(() => true);
      sweep(false);
      const graceEndMs = performance.now() + arrivalGraceMs;
      const sweeping = setInterval(() => sweep(performance.now() > graceEndMs), sweepIntervalMs);
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
