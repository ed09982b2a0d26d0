import { ConfigurationError } from "../errors/errors.ts";
import { type Deadline, DeadlineStop } from "./deadline.ts";
import type { FaultReading } from "./fault-codes.ts";
import {
  maxResponseBytes,
  type Transport,
  TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from "./transport.ts";

/** The `fetch` of the runtime or of the caller. */
export type Fetch = typeof globalThis.fetch;

/** Marks a `fetch` that sends a request only once, such as that of `FakeBrikSync`. */
export const sendsOnce = Symbol.for("@briksync/sdk/sends-once");

interface Settings {
  readonly fetch: Fetch;
  readonly init: RequestInit;
  readonly readFault: (error: unknown) => FaultReading;
}

/**
 * Returns the transport for browsers, Deno, Bun, edge workers, and callers with their own `fetch`. `init` contains
 * options of the runtime, such as `credentials: "omit"` in browsers. `readFault` interprets its errors.
 */
export function createFetchTransport(
  fetch: Fetch | undefined,
  readFault: (error: unknown) => FaultReading,
  init: RequestInit = {},
): Transport {
  return {
    maySendTwice: fetch === undefined || !(sendsOnce in fetch),
    send(request, deadline) {
      // Looked up at each call, because tests and monitoring tools can replace it later.
      const used = fetch ?? globalThis.fetch;
      if (typeof used !== "function") {
        // jsdom has no `fetch`, and Jest hides that of Node.
        throw new ConfigurationError(
          "This runtime has no fetch. Pass the option fetch to the client. In Jest with jsdom, use jest-fixed-jsdom.",
        );
      }
      return exchange({ fetch: used, init, readFault }, request, deadline);
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
        // The rest of the response is not needed.
        controller.abort();
      },
    );
  });
}

async function run(
  { fetch, init, readFault }: Settings,
  { method, origin, path, headers, body }: TransportRequest,
  signal: AbortSignal,
): Promise<TransportResponse> {
  let response: Response;
  try {
    response = await fetch(origin + path, { ...init, signal, method, headers, body, redirect: "manual" });
  } catch (cause) {
    const { kind, mayBeSent, fault } = readFault(cause);
    throw new TransportFailure(kind, mayBeSent, fault);
  }
  if (response.type === "opaqueredirect") throw new TransportFailure("redirect", true);
  const text = await readBody(response);
  return { status: response.status, body: text, header: (name) => readHeader(response, name) };
}

/**
 * Reads the whole body from any kind of response: a web stream, a Node stream, a string, or a response with only
 * `text()` or `json()`. A body that is not read may contain the only copy of a secret.
 */
async function readBody(response: Response): Promise<string> {
  if (Number(readHeader(response, "content-length")) > maxResponseBytes) throw fail("too-large", response);
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
      if (bytes > maxResponseBytes) break;
      text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    }
  } catch {
    throw fail("truncated", response);
  }
  if (bytes > maxResponseBytes) throw fail("too-large", response);
  return text + decoder.decode();
}

type Chunk = string | Uint8Array<ArrayBuffer>;

/** Returns the chunks of a body, or null if there is no unread stream. */
function listChunks(body: unknown): AsyncIterable<Chunk> | null {
  if (typeof body !== "object" || body === null) return null;
  const stream = body as Partial<ReadableStream<Uint8Array<ArrayBuffer>> & AsyncIterable<Chunk>>;
  if (stream.locked === true) return null;
  if (typeof stream.getReader === "function") return iterateReader(stream.getReader());
  return Symbol.asyncIterator in stream ? (stream as AsyncIterable<Chunk>) : null;
}

/** Some browsers cannot iterate over a stream. */
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

/** Returns a header of a response. Some mocks use a plain object instead of `Headers`. */
function readHeader({ headers }: Response, name: string): string | null {
  if (typeof headers?.get === "function") return headers.get(name);
  const found = Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found === undefined ? null : String(found[1]);
}

function fail(kind: "too-large" | "truncated", { status }: Response): TransportFailure {
  return new TransportFailure(kind, true, undefined, status);
}
