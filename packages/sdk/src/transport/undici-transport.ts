import type { Agent, Dispatcher } from "undici";
import { isLoopbackHost } from "../base-url.ts";
import { type Deadline, DeadlineStop } from "../deadline.ts";
import { readFault } from "./fault-codes.ts";
import { explainProxyVariables } from "./proxy-variables.ts";
import {
  type FailureKind,
  type Fault,
  MAX_RESPONSE_BYTES,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Whether the environment's proxies are asked for; calls to this machine itself must not leave it. */
type Route = "direct" | "environment";

const routes = new Map<string, Route>();
const dispatchers: Partial<Record<Route, Dispatcher>> = {};
const loading: Partial<Record<Route, Promise<Dispatcher>>> = {};

/**
 * Node's transport: undici's dispatcher with a connection pool of our own, loaded at the first call and shared by all
 * clients of the process. It follows HTTP_PROXY, HTTPS_PROXY and NO_PROXY, though never for a loopback address, and
 * leaves the global dispatcher alone.
 */
export const undiciTransport: Transport = {
  send(request, deadline) {
    const route = findRoute(request.origin);
    const dispatcher = dispatchers[route];
    return dispatcher === undefined
      ? sendAfterLoading(route, request, deadline)
      : exchange(dispatcher, request, deadline);
  },
};

function findRoute(origin: string): Route {
  let route = routes.get(origin);
  if (route === undefined) {
    route = isLoopbackHost(new URL(origin).hostname) ? "direct" : "environment";
    routes.set(origin, route);
  }
  return route;
}

async function sendAfterLoading(
  route: Route,
  request: TransportRequest,
  deadline: Deadline,
): Promise<TransportResponse> {
  loading[route] ??= loadDispatcher(route);
  try {
    dispatchers[route] = await loading[route];
  } catch (error) {
    // The next call may find the environment mended.
    delete loading[route];
    throw error;
  }
  if (deadline.stoppedBy !== null) throw new DeadlineStop();
  return exchange(dispatchers[route], request, deadline);
}

/** Only the files that are needed are loaded: undici's index takes three times as long. */
async function loadDispatcher(route: Route): Promise<Dispatcher> {
  if (route === "direct") {
    const { default: Agent } = await import("undici/lib/dispatcher/agent.js");
    return new Agent(AGENT_OPTIONS);
  }
  const [{ default: EnvHttpProxyAgent }, { default: connect }] = await Promise.all([
    import("undici/lib/dispatcher/env-http-proxy-agent.js"),
    import("undici/lib/api/api-connect.js"),
  ]);
  addConnect(EnvHttpProxyAgent.prototype, connect);
  try {
    return new EnvHttpProxyAgent({ ...AGENT_OPTIONS, requestTls: CONNECT_OPTIONS, proxyTls: CONNECT_OPTIONS });
  } catch {
    throw explainProxyVariables(process.env);
  }
}

/**
 * By this method a proxy agent opens its tunnels; undici's index, which is not loaded, would put it into the class at the root of
 * all dispatchers. That class is taken from the agent itself: a bundle may hold several copies, and only this one counts.
 */
function addConnect(prototype: Dispatcher, connect: Dispatcher["connect"]): void {
  let root = prototype;
  for (let next = prototype; "dispatch" in next; next = Object.getPrototypeOf(next)) root = next;
  root.connect ??= connect;
}

/** Certificates are checked even where NODE_TLS_REJECT_UNAUTHORIZED says otherwise: credentials travel here. */
const CONNECT_OPTIONS = { timeout: 10_000, rejectUnauthorized: true };

const AGENT_OPTIONS: Agent.Options = {
  connections: 128,
  connect: CONNECT_OPTIONS,
  // Below the idle limit of common servers, so that a call does not meet a socket that is just being closed.
  keepAliveTimeout: 4_000,
  keepAliveMaxTimeout: 60_000,
  // The deadline of each call covers both; undici's timers are coarser and would be a second truth.
  headersTimeout: 0,
  bodyTimeout: 0,
};

function exchange(agent: Dispatcher, request: TransportRequest, deadline: Deadline): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    agent.dispatch(request as Dispatcher.DispatchOptions, new Exchange(deadline, resolve, reject));
  });
}

/** One request on the wire. undici starts it only when it has a socket, which tells "not sent" from "unknown". */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #deadline: Deadline;
  readonly #resolve: (response: TransportResponse) => void;
  readonly #reject: (failure: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #isSettled = false;
  #status = 0;
  #headers: ResponseHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(deadline: Deadline, resolve: (response: TransportResponse) => void, reject: (failure: Error) => void) {
    this.#deadline = deadline;
    this.#resolve = resolve;
    this.#reject = reject;
    deadline.onStop = () => this.#fail(new DeadlineStop(this.#controller !== undefined));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isSettled) controller.abort(new Error("ended before it was sent"));
    else this.#controller = controller;
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: ResponseHeaders): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"]) > MAX_RESPONSE_BYTES) this.#fail(this.#describe("too-large"));
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_RESPONSE_BYTES) this.#fail(this.#describe("too-large"));
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isSettled) return;
    this.#settle();
    const [first] = this.#chunks;
    const body = first === undefined ? "" : this.#chunks.length === 1 ? first : Buffer.concat(this.#chunks);
    this.#resolve(new UndiciResponse(this.#status, this.#headers, body.toString()));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    const { kind, fault } = readFault(error);
    this.#fail(this.#describe(kind === "connection" && this.#status !== 0 ? "truncated" : kind, fault));
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
  }
}

class UndiciResponse implements TransportResponse {
  readonly status: number;
  readonly body: string;
  readonly #headers: ResponseHeaders;

  constructor(status: number, headers: ResponseHeaders, body: string) {
    this.status = status;
    this.#headers = headers;
    this.body = body;
  }

  header(name: string): string | null {
    const value = this.#headers[name];
    return (Array.isArray(value) ? value.join(", ") : value) ?? null;
  }
}
