import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { App } from "./fastify.ts";

const sweepIntervalMs = 50;
/** How long incoming requests can take to arrive after the drain starts. */
const arrivalGraceMs = 2_000;

/** Returns the current response of a connection, or null if no complete request has arrived. */
export function findCurrentResponse(socket: Duplex): ServerResponse | null {
  return "_httpMessage" in socket ? (socket._httpMessage as ServerResponse | null) : null;
}

/**
 * Returns a response class that closes the connection while the server drains. Otherwise, open connections would keep
 * the process alive until the keep-alive timeout.
 */
export function createResponseClass(isDraining: () => boolean): typeof ServerResponse {
  class DrainableResponse<R extends IncomingMessage = IncomingMessage> extends ServerResponse<R> {
    override writeHead(...parts: unknown[]): this {
      if (isDraining()) this.setHeader("connection", "close");
      // Node's overloads are one function, so pass the arguments unchanged.
      return Reflect.apply(super.writeHead, this, parts) as this;
    }
  }
  return DrainableResponse;
}

/**
 * Answers clients that have closed their sending side after the request (RFC 9112, section 9.6). By default, Node
 * executes the call and discards the response. The connection closes after the response.
 */
export function answerHalfClosedClients(app: App): void {
  // The types of Node do not include this property.
  Object.assign(app.server, { httpAllowHalfOpen: true });
}

/** Tracks all connections of the server for the drain. Call it before the server listens. */
export function trackConnections(app: App): { drain(deadlineMs: number): Promise<boolean> } {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  const sweep = (isGraceOver: boolean): void => {
    app.server.closeIdleConnections();
    // Node does not treat a connection without data or with incomplete headers as idle.
    for (const socket of sockets) {
      if (findCurrentResponse(socket) === null && (isGraceOver || socket.bytesRead === 0)) socket.destroy();
    }
  };
  return {
    /**
     * Stops accepting connections, closes idle ones and waits for running calls. Returns false if the deadline passed
     * and connections were closed.
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
