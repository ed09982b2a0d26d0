import { type Deadline, DeadlineStop } from "../deadline.ts";
import {
  MAX_RESPONSE_BYTES,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** The `fetch` to use: the runtime's own or one the caller gave. */
export type Fetch = typeof globalThis.fetch;

/**
 * The transport of browsers, Deno, Bun and edge workers, and of callers who bring their own `fetch`.
 * `init` adds what the runtime needs, such as `credentials: "omit"` in browsers.
 */
export function createFetchTransport(fetch: Fetch | undefined, init: RequestInit = {}): Transport {
  return {
    send(request, deadline) {
      // Looked up at each call, so that what a test or a monitor puts there later is used.
      return exchange(fetch ?? globalThis.fetch, init, request, deadline);
    },
  };
}

function exchange(
  fetch: Fetch,
  init: RequestInit,
  request: TransportRequest,
  deadline: Deadline,
): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    deadline.onStop = () => {
      reject(new DeadlineStop(true));
      controller.abort();
    };
    run(fetch, { ...init, signal: controller.signal }, request)
      .finally(() => {
        deadline.onStop = null;
      })
      .then(resolve, (failure: unknown) => {
        reject(failure);
        controller.abort();
      });
  });
}

async function run(fetch: Fetch, init: RequestInit, request: TransportRequest): Promise<TransportResponse> {
  const response = await open(fetch, init, request);
  if (response.type === "opaqueredirect") throw new TransportFailure("redirect", true);
  const body = await readBody(response);
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

async function open(
  fetch: Fetch,
  init: RequestInit,
  { method, origin, path, headers, body }: TransportRequest,
): Promise<Response> {
  try {
    return await fetch(origin + path, { ...init, method, headers, body, redirect: "manual" });
  } catch (cause) {
    const code = findCode(cause);
    if (/^HPE_|HEADERS_OVERFLOW/.test(code)) throw new TransportFailure("not-http", true, cause);
    throw new TransportFailure("connection", !NEVER_SENT.test(code), cause);
  }
}

/** Codes of Node, Bun and Deno for faults before a connection stood; browsers do not tell. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$|CERT|TLS/;

function findCode(error: unknown): string {
  let current: unknown = error;
  let code = "";
  for (let depth = 0; depth < 4 && typeof current === "object" && current !== null; depth++) {
    if ("code" in current && typeof current.code === "string") code = current.code;
    current = "cause" in current ? current.cause : undefined;
  }
  return code;
}

async function readBody(response: Response): Promise<string> {
  if (Number(response.headers.get("content-length")) > MAX_RESPONSE_BYTES) {
    throw new TransportFailure("too-large", true, undefined, response.status);
  }
  const reader = response.body?.getReader();
  // Some runtimes have no body stream; their text arrives whole.
  if (reader === undefined) return response.text().catch((cause) => failTruncated(response, cause));
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read().catch((cause) => failTruncated(response, cause));
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) throw new TransportFailure("too-large", true, undefined, response.status);
    text += decoder.decode(value, { stream: true });
  }
}

function failTruncated(response: Response, cause: unknown): never {
  throw new TransportFailure("truncated", true, cause, response.status);
}
