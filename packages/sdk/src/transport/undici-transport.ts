import type { Agent, Dispatcher } from "undici";
import { isBrikSyncError } from "../errors/guards.ts";
import { Connector } from "./connector.ts";
import { decodeContent } from "./content-encoding.ts";
import { type Deadline, DeadlineStop } from "./deadline.ts";
import { readFault } from "./fault-codes.ts";
import { findProxy } from "./proxy-variables.ts";
import {
  type FailureKind,
  type Fault,
  maxResponseBytes,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** undici's pool and its connector. */
interface Pool {
  readonly agent: Dispatcher;
  readonly connector: Connector;
}

/** Always check certificates, even with NODE_TLS_REJECT_UNAUTHORIZED, because requests contain credentials. */
const tlsOptions = { rejectUnauthorized: true };
const connectTimeoutMs = 10_000;

const agentOptions: Agent.Options = {
  connections: 128,
  // Shorter than the idle timeout of common servers, so that a call does not get a socket that is being closed.
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 60_000,
  // The deadline of each call covers both. undici's own timers are less precise.
  headersTimeout: 0,
  bodyTimeout: 0,
};

let pool: Pool | undefined;
let loading: Promise<Pool> | undefined;

/**
 * The transport for Node. It uses its own undici connection pool, which is loaded at the first call and shared by all
 * clients of the process. It follows HTTP_PROXY, HTTPS_PROXY and NO_PROXY, but never for a loopback address. It does
 * not change the global dispatcher.
 */
export const undiciTransport: Transport = {
  maySendTwice: false,
  send(request, deadline) {
    return pool === undefined ? sendAfterLoading(request, deadline) : exchange(pool, request, deadline);
  },
};

async function sendAfterLoading(request: TransportRequest, deadline: Deadline): Promise<TransportResponse> {
  loading ??= loadPool();
  pool = await loading;
  if (deadline.stoppedBy !== null) throw new DeadlineStop();
  return exchange(pool, request, deadline);
}

async function loadPool(): Promise<Pool> {
  const { Agent, buildConnector } = await import("./undici.ts");
  const connector = new Connector({
    // The connector has its own timeout for a whole attempt.
    open: buildConnector({ ...tlsOptions, timeout: 0 }),
    findProxy: (origin) => findProxy(origin, process.env),
    timeoutMs: connectTimeoutMs,
  });
  return { agent: new Agent({ ...agentOptions, connect: connector.connect }), connector };
}

function exchange(
  { agent, connector }: Pool,
  request: TransportRequest,
  deadline: Deadline,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const { origin } = request;
    connector.startWaiting(origin);
    const stopWaiting = (): void => connector.stopWaiting(origin);
    agent.dispatch(request as Dispatcher.DispatchOptions, new Exchange(deadline, stopWaiting, resolve, reject));
  });
}

/** One request. undici starts it only when it has a socket, which distinguishes "not sent" from "unknown". */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #deadline: Deadline;
  #stopWaiting: (() => void) | null;
  readonly #resolve: (response: TransportResponse) => void;
  readonly #reject: (failure: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #status = 0;
  #headers: ResponseHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** `stopWaiting` is called once, when there is a connection or the exchange ends without one. */
  constructor(
    deadline: Deadline,
    stopWaiting: () => void,
    resolve: (response: TransportResponse) => void,
    reject: (failure: Error) => void,
  ) {
    this.#deadline = deadline;
    this.#stopWaiting = stopWaiting;
    this.#resolve = resolve;
    this.#reject = reject;
    deadline.onStop = () => this.#fail(new DeadlineStop(this.#controller !== undefined));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isSettled) {
      controller.abort(new Error("the call ended before the request was sent"));
      return;
    }
    this.#controller = controller;
    this.#endWait();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"]) > maxResponseBytes) this.#fail(this.#describe("too-large"));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > maxResponseBytes) this.#fail(this.#describe("too-large"));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isSettled) return;
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    const encoding = this.#headers["content-encoding"];
    if (encoding === undefined || bytes.length === 0) this.#finish(bytes);
    else this.#decode(bytes, String(encoding));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (isBrikSyncError(error)) {
      this.#fail(error);
      return;
    }
    const { kind, fault } = readFault(error);
    this.#fail(this.#describe(kind === "connection" && this.#status !== 0 ? "truncated" : kind, fault));
  }

  /** Decodes the body. A gateway can compress a response even if the request did not ask for it. */
  async #decode(bytes: Buffer, encoding: string): Promise<void> {
    try {
      this.#finish(await decodeContent(bytes, encoding, maxResponseBytes));
    } catch (error) {
      const isTooLarge = (error as { readonly code?: unknown }).code === "ERR_BUFFER_TOO_LARGE";
      this.#fail(this.#describe(isTooLarge ? "too-large" : "truncated"));
    }
  }

  #finish(bytes: Buffer): void {
    if (this.#isSettled) return;
    this.#settle();
    const headers = this.#headers;
    this.#resolve({ status: this.#status, body: bytes.toString(), header: (name) => joinHeader(headers[name]) });
  }

  #describe(kind: FailureKind, fault?: Fault): TransportFailure {
    return new TransportFailure(kind, this.#controller !== undefined, fault, this.#status || undefined);
  }

  #fail(failure: Error): void {
    if (this.#isSettled) return;
    this.#settle();
    this.#chunks = [];
    this.#reject(failure);
    this.#controller?.abort(failure);
  }

  #settle(): void {
    this.#isSettled = true;
    this.#deadline.onStop = null;
    this.#endWait();
  }

  #endWait(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = null;
  }
}

function joinHeader(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value.join(", ") : value) ?? null;
}
