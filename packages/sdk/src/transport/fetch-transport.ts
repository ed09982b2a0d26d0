import { type Deadline, DeadlineStop } from "../deadline.ts";
import type { FaultReading } from "./fault-codes.ts";
import {
  MAX_RESPONSE_BYTES,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** The `fetch` to use: the runtime's own or one the caller gave. */
export type Fetch = typeof globalThis.fetch;

interface Settings {
  readonly fetch: Fetch;
  readonly init: RequestInit;
  readonly readFault: (error: unknown) => FaultReading;
}

/**
 * The transport of browsers, Deno, Bun and edge workers, and of callers who bring their own `fetch`. `init` adds
 * what the runtime needs, such as `credentials: "omit"` in browsers; `readFault` what its errors tell.
 */
export function createFetchTransport(
  fetch: Fetch | undefined,
  readFault: (error: unknown) => FaultReading,
  init: RequestInit = {},
): Transport {
  return {
    send(request, deadline) {
      // Looked up at each call, so that what a test or a monitor puts there later is used.
      return exchange({ fetch: fetch ?? globalThis.fetch, init, readFault }, request, deadline);
    },
  };
}

function exchange(settings: Settings, request: TransportRequest, deadline: Deadline): Promise<TransportResponse> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    deadline.onStop = () => {
      reject(new DeadlineStop(true));
      controller.abort();
    };
    run(settings, request, controller.signal).then(
      (response) => {
        deadline.onStop = null;
        resolve(response);
      },
      (error: unknown) => {
        if (deadline.stoppedBy === null) deadline.onStop = null;
        reject(error instanceof TransportFailure ? error : new TransportFailure("connection", true));
        // Whatever is still coming is not wanted any more.
        controller.abort();
      },
    );
  });
}

async function run(settings: Settings, request: TransportRequest, signal: AbortSignal): Promise<TransportResponse> {
  const response = await open(settings, request, signal);
  if (response.type === "opaqueredirect") throw new TransportFailure("redirect", true);
  const body = await readBody(response);
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

async function open(
  { fetch, init, readFault }: Settings,
  { method, origin, path, headers, body }: TransportRequest,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await fetch(origin + path, { ...init, signal, method, headers, body, redirect: "manual" });
  } catch (cause) {
    const { kind, mayBeSent, fault } = readFault(cause);
    throw new TransportFailure(kind, mayBeSent, fault);
  }
}

async function readBody(response: Response): Promise<string> {
  if (Number(response.headers.get("content-length")) > MAX_RESPONSE_BYTES) {
    throw new TransportFailure("too-large", true, undefined, response.status);
  }
  const reader = response.body?.getReader();
  // Some runtimes have no body stream; their text arrives whole.
  if (reader === undefined) return response.text().catch(() => failTruncated(response));
  const decoder = new TextDecoder();
  let text = "";
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read().catch(() => failTruncated(response));
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > MAX_RESPONSE_BYTES) throw new TransportFailure("too-large", true, undefined, response.status);
    text += decoder.decode(value, { stream: true });
  }
}

function failTruncated({ status }: Response): never {
  throw new TransportFailure("truncated", true, undefined, status);
}
