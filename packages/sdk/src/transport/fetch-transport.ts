import { ConfigurationError } from "../errors/errors.ts";
import { type Deadline, DeadlineStop } from "./deadline.ts";
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

/** Marks a `fetch` that is known to send a request only once, such as that of `FakeBrikSync`. */
export const SENDS_ONCE = Symbol.for("@briksync/sdk/sends-once");

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
    maySendTwice: fetch === undefined || !(SENDS_ONCE in fetch),
    send(request, deadline) {
      // Looked up at each call, so that what a test or a monitor puts there later is used.
      const used = fetch ?? globalThis.fetch;
      if (typeof used !== "function") throw makeMissingFetch();
      return exchange({ fetch: used, init, readFault }, request, deadline);
    },
  };
}

/** jsdom has no `fetch`, and Jest hides the one of Node in it. */
function makeMissingFetch(): ConfigurationError {
  return new ConfigurationError(
    "This runtime has no fetch. Pass the option fetch to the client. In Jest with jsdom, use jest-fixed-jsdom.",
  );
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
  return { status: response.status, body, header: (name) => readHeader(response, name) };
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

/**
 * Reads a body to its end, whatever a caller's `fetch` returns: a stream of the web platform, a stream of Node, a text, or a
 * response that only has `text()` or `json()`. An answer that cannot be read may hold the only copy of a secret.
 */
async function readBody(response: Response): Promise<string> {
  if (Number(readHeader(response, "content-length")) > MAX_RESPONSE_BYTES) throw fail("too-large", response);
  const body: unknown = response.body;
  if (typeof body === "string") return body;
  const chunks = typeof TextDecoder === "undefined" ? null : listChunks(body);
  if (chunks === null) return readWhole(response);
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += typeof chunk === "string" ? chunk.length : chunk.byteLength;
      if (bytes > MAX_RESPONSE_BYTES) break;
      text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    }
  } catch {
    throw fail("truncated", response);
  }
  if (bytes > MAX_RESPONSE_BYTES) throw fail("too-large", response);
  return text + decoder.decode();
}

type Chunk = string | Uint8Array<ArrayBuffer>;

/** The chunks of a body, or null where there is no stream that has not been read. */
function listChunks(body: unknown): AsyncIterable<Chunk> | null {
  if (typeof body !== "object" || body === null) return null;
  const stream = body as Partial<ReadableStream<Uint8Array<ArrayBuffer>> & AsyncIterable<Chunk>>;
  if (stream.locked === true) return null;
  if (typeof stream.getReader === "function") return iterateReader(stream.getReader());
  return Symbol.asyncIterator in stream ? (stream as AsyncIterable<Chunk>) : null;
}

/** Not every browser can iterate over a stream. */
async function* iterateReader(reader: ReadableStreamDefaultReader<Chunk>): AsyncGenerator<Chunk> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function readWhole(response: Response): Promise<string> {
  try {
    return typeof response.text === "function" ? await response.text() : JSON.stringify(await response.json());
  } catch {
    throw fail("truncated", response);
  }
}

/** A header of a response; some mocks have a plain object instead of `Headers`. */
function readHeader({ headers }: Response, name: string): string | null {
  if (typeof headers?.get === "function") return headers.get(name);
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? null : String(found[1]);
}

function fail(kind: "too-large" | "truncated", { status }: Response): TransportFailure {
  return new TransportFailure(kind, true, undefined, status);
}
