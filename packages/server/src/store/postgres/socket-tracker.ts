import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

const farewellMs = 2_000;

/** Tracks sockets, to destroy them if a connection cannot be closed properly, for example on a broken network. */
export class SocketTracker {
  readonly #sockets = new Set<Socket>();

  /** Returns a new socket and tracks it until it closes. */
  create(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }

  /** Destroys all open sockets. */
  destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Closes connections properly, or destroys their sockets if that takes too long. */
export async function endWithin(end: () => Promise<unknown>, sockets: SocketTracker): Promise<void> {
  const abandon = new AbortController();
  const late = setTimeout(farewellMs, undefined, { signal: abandon.signal }).catch(() => undefined);
  const ended = end();
  await Promise.race([ended, late]);
  abandon.abort();
  sockets.destroyAll();
  await ended;
}
