import { connect, createServer, type Socket } from "node:net";
import { type HttpFrame, readHttpFrame } from "./http-frame.ts";

/** A request as the proxy sees it when its head is there. */
export interface ProxiedRequest {
  /** From 0, over all connections. */
  readonly index: number;
  readonly method: string;
  readonly path: string;
  /** Length of the whole request. */
  readonly bytes: number;
  /** Length of the whole answer, as soon as it is known. */
  answerBytes: number | null;
}

/**
 * What becomes of a request and its answer. `cut-*`: that many bytes pass, then both connections end. `stall-*`: that many bytes
 * pass, then nothing more, until an end goes away. `late`: the client's connection ends at once, the whole request reaches the
 * server when `until` resolves, and its answer nobody.
 */
export type Fault =
  | { readonly kind: "pass" }
  | { readonly kind: "cut-request" | "cut-answer" | "stall-request" | "stall-answer"; readonly afterBytes: number }
  | { readonly kind: "late"; readonly until: Promise<void> };

/** What is done about the requests. All are waited for, so that a process can be ended at that very point. */
export interface ProxyPlan {
  /** Decides before anything of the request is passed on. */
  decide(request: ProxiedRequest): Fault | Promise<Fault>;
  /** The server has begun to answer, so it has done its work; nothing of the answer is passed on yet. */
  beforeAnswer?(request: ProxiedRequest): void | Promise<void>;
  /** The whole answer was passed on. */
  afterAnswer?(request: ProxiedRequest): void | Promise<void>;
}

/** A proxy on loopback. */
export interface FaultProxy {
  readonly url: string;
  /** What came so far, oldest first. */
  readonly requests: readonly ProxiedRequest[];
  /** Ends all connections; resolves when what was late has been answered or failed. */
  stop(): Promise<void>;
}

/**
 * Starts a TCP proxy in front of the server at `target` that passes bytes as they are but for the faults of its plan. Requests
 * on one connection must come one after the other's answer.
 */
export async function startFaultProxy(target: string, plan: ProxyPlan): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const sockets = new Set<Socket>();
  const lateCalls: Promise<void>[] = [];
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // An end that goes away is what this is for; its partner is ended by "close".
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
        const request = { index: requests.length, method, path, bytes, answerBytes: null };
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

/** Sends a request on a connection of its own and waits until it is answered, or cannot be. */
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

interface Surroundings {
  begin(frame: HttpFrame): ProxiedRequest;
  sendLate(bytes: Buffer, until: Promise<void>): void;
}

/** The message that passes in one direction at present. */
interface Passage {
  readonly frame: HttpFrame;
  passed: number;
}

/** A client's connection and the one to the server that belongs to it. */
class ProxiedConnection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #plan: ProxyPlan;
  readonly #surroundings: Surroundings;
  #fault: Fault = { kind: "pass" };
  #request: ProxiedRequest | null = null;

  constructor(client: Socket, upstream: Socket, plan: ProxyPlan, surroundings: Surroundings) {
    this.#client = client;
    this.#upstream = upstream;
    this.#plan = plan;
    this.#surroundings = surroundings;
  }

  start(): void {
    this.#client.on("close", () => this.#upstream.destroy());
    this.#upstream.on("close", () => this.#client.end());
    this.#pump(this.#client, this.#upstream, "request");
    this.#pump(this.#upstream, this.#client, "answer");
  }

  /** Passes on what one end sends, message by message, each with its faults. */
  #pump(from: Socket, to: Socket, direction: "request" | "answer"): void {
    let waiting = Buffer.alloc(0);
    let passage: Passage | null = null;
    let isBusy = false;
    const work = async (): Promise<void> => {
      if (isBusy) return;
      isBusy = true;
      while (waiting.length > 0 && !to.destroyed) {
        if (passage === null) {
          const frame = readHttpFrame(waiting);
          if (frame === null) break;
          passage = { frame, passed: 0 };
          await (direction === "request" ? this.#beginRequest(frame) : this.#beginAnswer(frame));
        }
        const { frame } = passage;
        if (this.#fault.kind === "late" && direction === "request") {
          if (waiting.length < frame.length) break;
          this.#surroundings.sendLate(waiting.subarray(0, frame.length), this.#fault.until);
          this.#end();
          return;
        }
        const chunk = waiting.subarray(
          0,
          Math.min(frame.length - passage.passed, this.#limit(direction) - passage.passed),
        );
        waiting = waiting.subarray(chunk.length);
        passage.passed += chunk.length;
        if (chunk.length > 0) to.write(chunk);
        if (passage.passed === this.#limit(direction)) {
          if (this.#fault.kind === `cut-${direction}`) this.#end();
          // Stalled: what else comes is kept, and passed to nobody.
          return;
        }
        if (passage.passed < frame.length) continue;
        passage = null;
        if (direction === "answer" && this.#request !== null) await this.#plan.afterAnswer?.(this.#request);
      }
      isBusy = false;
    };
    from.on("data", (chunk) => {
      waiting = Buffer.concat([waiting, chunk]);
      void work();
    });
  }

  async #beginRequest(frame: HttpFrame): Promise<void> {
    this.#request = this.#surroundings.begin(frame);
    this.#fault = await this.#plan.decide(this.#request);
  }

  async #beginAnswer({ length }: HttpFrame): Promise<void> {
    if (this.#request === null) return;
    this.#request.answerBytes = length;
    await this.#plan.beforeAnswer?.(this.#request);
  }

  /** How many bytes of the present message may pass. */
  #limit(direction: "request" | "answer"): number {
    const fault = this.#fault;
    const isMeant = fault.kind === `cut-${direction}` || fault.kind === `stall-${direction}`;
    return isMeant && "afterBytes" in fault ? fault.afterBytes : Number.POSITIVE_INFINITY;
  }

  /** Ends both sides after what was passed on has arrived. */
  #end(): void {
    this.#client.end();
    this.#upstream.end();
    // A client that continues to send would otherwise keep its connection.
    this.#client.on("data", () => this.#client.destroy());
  }
}
