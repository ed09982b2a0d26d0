import { connect, createServer, type Socket } from "node:net";
import { type HttpFrame, readHttpFrame } from "./http-frame.ts";

/** A request, as far as the proxy knows it after its head has arrived. */
export interface ProxiedRequest {
  /** Number of the request over all connections, starting at 0. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** Length of the complete request. */
  readonly bytes: number;
  /** Length of the complete response, or null if it is not known yet. */
  responseBytes: number | null;
}

/**
 * What the proxy does with a request and its response:
 * - `pass`: forwards both.
 * - `cut-*`: forwards this many bytes, then closes both connections.
 * - `stall-*`: forwards this many bytes, then nothing until one side disconnects.
 * - `late`: closes the client's connection immediately and forwards the request when `until` resolves. It discards the
 *   response.
 */
export type Fault =
  | { readonly kind: "pass" }
  | { readonly kind: "cut-request" | "cut-response" | "stall-request" | "stall-response"; readonly afterBytes: number }
  | { readonly kind: "late"; readonly until: Promise<void> };

/** Callbacks for each request. The proxy awaits them, so that a test can end a process at that point. */
export interface ProxyPlan {
  /** Chooses the fault before any byte of the request is forwarded. */
  decide(request: ProxiedRequest): Fault | Promise<Fault>;
  /** Called when the response arrives and the server has executed the call, before any byte is forwarded. */
  beforeResponse?(request: ProxiedRequest): void | Promise<void>;
  /** Called after the complete response was forwarded. */
  afterResponse?(request: ProxiedRequest): void | Promise<void>;
}

/** A running proxy on loopback. */
export interface FaultProxy {
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly requests: readonly ProxiedRequest[];
  /** Waits until all late requests have been answered or have failed, and closes all connections. */
  stop(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of the server at `target`. It forwards bytes unchanged, except for the faults of its
 * plan. A client may send a request only after the response to the previous request on the same connection.
 */
export async function startFaultProxy(target: string, plan: ProxyPlan): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const lateCalls: Promise<void>[] = [];
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // Connection errors are expected here. The "close" event closes the connection of the other side.
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    return socket;
  };
  const openUpstream = (): Socket => {
    const { hostname, port } = new URL(target);
    return keep(connect(Number(port), hostname));
  };
  const server = createServer((socket) => {
    const client = keep(socket);
    const connection = new ProxiedConnection(client, openUpstream(), plan, {
      begin: ({ startLine, length: bytes }) => {
        const [method = "", path = ""] = startLine.split(" ");
        const request = { index: requests.length, method, path, bytes, responseBytes: null };
        requests.push(request);
        return request;
      },
      sendLate: (bytes, until) => lateCalls.push(until.then(() => deliverLate(openUpstream(), bytes))),
    });
    connection.start();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all(lateCalls);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Sends a request on a separate connection. Waits until the response has arrived or the connection is closed. */
function deliverLate(upstream: Socket, bytes: Buffer): Promise<void> {
  upstream.write(bytes);
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    upstream.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= (readHttpFrame(received)?.length ?? Number.POSITIVE_INFINITY)) upstream.destroy();
    });
    upstream.on("close", () => resolve());
  });
}

interface ProxyHooks {
  begin(frame: HttpFrame): ProxiedRequest;
  sendLate(bytes: Buffer, until: Promise<void>): void;
}

/** The message that is being forwarded in one direction. */
interface ForwardedMessage {
  readonly frame: HttpFrame;
  forwarded: number;
}

/** A client's connection and the corresponding connection to the server. */
class ProxiedConnection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #plan: ProxyPlan;
  readonly #hooks: ProxyHooks;
  #fault: Fault = { kind: "pass" };
  #request: ProxiedRequest | null = null;

  constructor(client: Socket, upstream: Socket, plan: ProxyPlan, hooks: ProxyHooks) {
    this.#client = client;
    this.#upstream = upstream;
    this.#plan = plan;
    this.#hooks = hooks;
  }

  start(): void {
    this.#client.on("close", () => this.#upstream.destroy());
    this.#upstream.on("close", () => this.#client.end());
    this.#pump(this.#client, this.#upstream, "request");
    this.#pump(this.#upstream, this.#client, "response");
  }

  /** Forwards the messages of one side, with their faults. */
  #pump(from: Socket, to: Socket, direction: "request" | "response"): void {
    let waiting = Buffer.alloc(0);
    let message: ForwardedMessage | null = null;
    let isBusy = false;
    const work = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      while (waiting.length > 0 && !to.destroyed) {
        if (message === null) {
          const frame = readHttpFrame(waiting);
          if (frame === null) break;
          message = { frame, forwarded: 0 };
          await (direction === "request" ? this.#beginRequest(frame) : this.#beginResponse(frame));
        }
        const { frame } = message;
        if (this.#fault.kind === "late" && direction === "request") {
          if (waiting.length < frame.length) break;
          this.#hooks.sendLate(waiting.subarray(0, frame.length), this.#fault.until);
          this.#end();
          return;
        }
        const chunk = waiting.subarray(
          0,
          Math.min(frame.length - message.forwarded, this.#limit(direction) - message.forwarded),
        );
        waiting = waiting.subarray(chunk.length);
        message.forwarded += chunk.length;
        if (chunk.length > 0) to.write(chunk);
        if (message.forwarded === this.#limit(direction)) {
          if (this.#fault.kind === `cut-${direction}`) this.#end();
          // After a stall, the remaining bytes are never forwarded.
          return;
        }
        if (message.forwarded < frame.length) continue;
        message = null;
        if (direction === "response" && this.#request !== null) await this.#plan.afterResponse?.(this.#request);
      }
      isBusy = false;
    };
    from.on("data", (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      void work();
    });
  }

  async #beginRequest(frame: HttpFrame): Promise<void> {
    this.#request = this.#hooks.begin(frame);
    this.#fault = await this.#plan.decide(this.#request);
  }

  async #beginResponse({ length }: HttpFrame): Promise<void> {
    if (this.#request === null) return;
    this.#request.responseBytes = length;
    await this.#plan.beforeResponse?.(this.#request);
  }

  /** Returns how many bytes of the current message are forwarded. */
  #limit(direction: "request" | "response"): number {
    const fault = this.#fault;
    const hasLimit = fault.kind === `cut-${direction}` || fault.kind === `stall-${direction}`;
    return hasLimit && "afterBytes" in fault ? fault.afterBytes : Number.POSITIVE_INFINITY;
  }

  /** Closes both connections after the forwarded bytes have been sent. */
  #end(): void {
    this.#client.end();
    this.#upstream.end();
    // Without this, a client that continues to send would keep its connection.
    this.#client.on("data", () => this.#client.destroy());
  }
}
