import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

const farewellMs = 2_000;

/** Sockets of connections that may have to be ended without a farewell: over a network that answers nothing there is none. */
export class SocketTracker {
  readonly #sockets = new Set<Socket>();

  /** A socket that is known here until it is closed. */
  create(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }

  /** Ends what is still open. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Ends connections as their protocol wants it, or without that when it takes too long. */
export async function endWithin(end: () => Promise<unknown>, sockets: SocketTracker): Promise<void> {
  const abandon = new AbortController();
  const late = setTimeout(farewellMs, undefined, { signal: abandon.signal }).catch(() => undefined);
  const ended = end();
  await Promise.race([ended, late]);
  abandon.abort();
  sockets.destroyAll();
  await ended;
}
