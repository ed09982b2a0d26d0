import type { Socket } from "node:net";
import type { buildConnector } from "undici";
import type { ProxyServer } from "./proxy-variables.ts";

/** Opens one connection, with TLS if the protocol is https. */
export type OpenConnection = buildConnector.connector;

/** The target of a connection. */
type Target = buildConnector.Options;

/** Dependencies of a connector. */
export interface ConnectorParts {
  readonly open: OpenConnection;
  /** Returns the proxy for an origin, or null. */
  readonly findProxy: (origin: string) => ProxyServer | null;
  /** Timeout of an attempt in milliseconds, including the proxy and TLS. */
  readonly timeoutMs: number;
}

/** The connection attempts to one origin, and the number of calls that wait for them. */
interface Attempts {
  waiting: number;
  readonly running: Set<AbortController>;
}

/**
 * Opens the connections of the pool, directly or through the tunnel of a proxy. Because undici does not know the
 * deadlines of calls, it would retry even after the last call has given up. So each call registers here while it waits
 * for a connection. When no call waits, the attempts to its origin end immediately.
 */
export class Connector {
  readonly #parts: ConnectorParts;
  readonly #attempts = new Map<string, Attempts>();

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
  }

  /** Registers a call that waits for a connection. */
  startWaiting(origin: string): void {
    this.#find(origin).waiting++;
  }

  /** Unregisters a call that has a connection or gave up. */
  stopWaiting(origin: string): void {
    const attempts = this.#find(origin);
    attempts.waiting--;
    if (attempts.waiting > 0) return;
    for (const attempt of attempts.running) attempt.abort(new Error("no call is waiting for the connection"));
  }

  /** Called by undici for each connection. A failure fails the waiting calls, and undici does not retry. */
  readonly connect: OpenConnection = (target, callback) => {
    const { timeoutMs } = this.#parts;
    const origin = `${target.protocol}//${target.host ?? target.hostname}`;
    const { running } = this.#find(origin);
    const attempt = new AbortController();
    running.add(attempt);
    const timer = setTimeout(
      () => attempt.abort(createFault(`no connection within ${timeoutMs} ms`, "ETIMEDOUT")),
      timeoutMs,
    );
    this.#establish(target, origin, attempt.signal)
      .finally(() => {
        clearTimeout(timer);
        running.delete(attempt);
      })
      .then(
        (socket) => callback(null, socket),
        (error: unknown) => callback(createFinalFault(error), null),
      );
  };

  async #establish(target: Target, origin: string, signal: AbortSignal): Promise<Socket> {
    const { open, findProxy } = this.#parts;
    const proxy = findProxy(origin);
    if (proxy === null) return openSocket(open, target, signal);
    try {
      const tunnel = await openTunnel(open, proxy, target, signal);
      return target.protocol === "https:" ? await openSocket(open, { ...target, httpSocket: tunnel }, signal) : tunnel;
    } catch (error) {
      throw nameProxy(error, proxy);
    }
  }

  #find(origin: string): Attempts {
    let attempts = this.#attempts.get(origin);
    if (attempts === undefined) {
      attempts = { waiting: 0, running: new Set() };
      this.#attempts.set(origin, attempts);
    }
    return attempts;
  }
}

function openSocket(open: OpenConnection, target: Target, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const stop = (): void => {
      target.httpSocket?.destroy();
      socket.destroy(signal.reason);
    };
    // The type does not show it, but undici's connector returns the socket immediately.
    const socket = open(target, (error, opened) => {
      signal.removeEventListener("abort", stop);
      if (error === null) resolve(opened);
      else reject(error);
    }) as unknown as Socket;
    signal.addEventListener("abort", stop);
  });
}

/** Connects to a proxy and opens a tunnel. */
async function openTunnel(
  open: OpenConnection,
  proxy: ProxyServer,
  target: Target,
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname, host, protocol, port } = proxy;
  const authorization = proxy.authorize();
  const socket = await openSocket(open, { hostname, host, protocol, port }, signal);
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const name = target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname;
    const authority = `${name}:${target.port || (target.protocol === "https:" ? 443 : 80)}`;
    const connecting = request({
      createConnection: () => socket,
      method: "CONNECT",
      path: authority,
      headers: { host: authority, ...(authorization !== null && { "proxy-authorization": authorization }) },
      signal,
    });
    connecting.once("connect", ({ statusCode = 0 }, tunnel: Socket, head) => {
      if (statusCode >= 200 && statusCode < 300) {
        if (head.length > 0) tunnel.unshift(head);
        resolve(tunnel);
        return;
      }
      tunnel.destroy();
      reject(createFault(`it returned status ${statusCode} for CONNECT`, `ERR_PROXY_TUNNEL_${statusCode}`));
    });
    connecting.once("error", (error) => {
      socket.destroy();
      reject(signal.aborted ? signal.reason : error);
    });
    connecting.end();
  });
}

/** Adds the proxy to the message of a failure. Certificate errors can come from the server or the proxy. */
function nameProxy(error: unknown, { host }: ProxyServer): Error {
  const { message, code } = error as Error & { readonly code?: string };
  return createFault(`the connection through the proxy ${host} failed: ${message}`, code ?? "");
}

/** Replaces the error code, because undici retries forever after its own codes for broken sockets. */
function createFinalFault(error: unknown): Error {
  const { message, code } = error as Error & { readonly code?: string };
  const isRepeated = code === "UND_ERR_SOCKET" || code === "UND_ERR_INFO";
  return isRepeated || !(error instanceof Error) ? createFault(message, "ECONNRESET") : error;
}

function createFault(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
}
