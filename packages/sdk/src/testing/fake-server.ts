import type { IncomingMessage, ServerResponse } from "node:http";
import { parseJson } from "../call/json.ts";
import { unknownRouteHeader } from "../call/problem.ts";
import { replayHeader } from "../call/replay-support.ts";
import { FakeRefusal, pickErrorType } from "./fake-refusal.ts";
import type { FakeAnswer } from "./fake-request.ts";
import { type FakeOperation, findRoute } from "./fake-routes.ts";
import type { FakeState } from "./fake-state.ts";
import { FakeConnectionLoss, type FaultQueue } from "./fault.ts";
import { recordGrantUse } from "./pipelines/fake-grants.ts";

/** A call that the fake server received. */
export interface RecordedCall {
  readonly method: string;
  readonly path: string;
  /** Null if the path is not an operation. */
  readonly operation: FakeOperation | null;
  readonly headers: Headers;
  readonly body: unknown;
}

const prefix = "/external/v1/auth";

/**
 * Returns the response of the server, or simulates the next failure. `basePath` is the path before the operations. Null
 * accepts any path. Throws `FakeConnectionLoss`.
 */
export async function answerRequest(
  state: FakeState,
  faults: FaultQueue,
  calls: RecordedCall[],
  request: Request,
  basePath: string | null,
): Promise<Response> {
  const url = new URL(request.url);
  const { method, headers } = request;
  const start = basePath?.length ?? Math.max(0, url.pathname.indexOf(`${prefix}/`));
  const isWithin = url.pathname.startsWith((basePath ?? "") + prefix) || basePath === null;
  const path = url.pathname.slice(start);
  const route = isWithin && path.startsWith(prefix) ? findRoute(method, path.slice(prefix.length)) : null;
  const operation = route?.operation ?? null;
  const text = await request.text();
  const body = parseJson(text);
  calls.push({ method, path: url.pathname + url.search, operation, headers, body });
  const requestId = crypto.randomUUID();
  const announced = operation === null || operation === "verify" ? {} : { [replayHeader]: "supported" };
  const handle = (): Response => {
    if (route === null) return writeRefusal(new FakeRefusal("NOT_FOUND"), requestId, { [unknownRouteHeader]: "true" });
    const ip = headers.get("x-forwarded-for")?.split(",")[0]?.trim() ?? "127.0.0.1";
    const origin = url.origin + url.pathname.slice(0, start);
    try {
      const received = { state, ...route, query: url.searchParams, headers, body, text, origin, ip, requestId };
      const answered = route.answer(received);
      recordGrantUse(received);
      return writeAnswer(answered, { "x-request-id": requestId, ...announced });
    } catch (error) {
      if (error instanceof FakeRefusal) return writeRefusal(error, requestId, announced);
      throw error;
    }
  };
  const fault = faults.take(operation);
  switch (fault?.kind) {
    case undefined:
      return handle();
    case "status": {
      const { status, type = pickErrorType(status), message, retryAfterSeconds } = fault;
      return writeRefusal(new FakeRefusal(type, { message, retryAfterSeconds }), requestId, announced, status);
    }
    case "html":
      return new Response("<html><title>Bad gateway</title></html>", {
        status: fault.status,
        headers: { "content-type": "text/html" },
      });
    case "offline":
      throw new FakeConnectionLoss("The fake server is offline");
    case "lost-answer":
      handle();
      throw new FakeConnectionLoss("The fake server lost the response");
    case "slow":
      await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
      return handle();
  }
}

function writeAnswer({ status, body, headers }: FakeAnswer, further: Readonly<Record<string, string>>): Response {
  const common = { "cache-control": "no-store", ...further, ...headers };
  if (body === undefined) return new Response(null, { status, headers: common });
  return Response.json(body, { status, headers: common });
}

function writeRefusal(
  refusal: FakeRefusal,
  requestId: string,
  further: Readonly<Record<string, string>> = {},
  status = refusal.status,
): Response {
  const { message, type } = refusal;
  const { details, retryAfterSeconds } = refusal.options;
  const error = { code: status, message, type, requestId, ...(details && { details }) };
  const headers: Record<string, string> = { "x-request-id": requestId };
  if (status === 401) headers["www-authenticate"] = 'Bearer realm="briksync"';
  if (retryAfterSeconds !== undefined) headers["retry-after"] = String(retryAfterSeconds);
  return writeAnswer({ status, body: { error }, headers }, further);
}

/** A fake server on a socket. */
export interface Listening {
  /** URL for the option `baseUrl`. */
  readonly url: string;
  /** Closes the server and its connections. */
  close(): Promise<void>;
}

/** Serves requests on a free port of 127.0.0.1. A `FakeConnectionLoss` closes the connection. */
export async function listenOnLoopback(answer: (request: Request) => Promise<Response>): Promise<Listening> {
  const { createServer } = await import("node:http");
  const server = createServer((incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(
        error instanceof FakeConnectionLoss ? undefined : new Error("The fake server failed", { cause: error }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  answer: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method = "GET", url = "/" } = incoming;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, String(value));
  const body = method === "GET" || method === "HEAD" ? null : new Blob(chunks);
  const response = await answer(new Request(`http://${incoming.headers.host}${url}`, { method, headers, body }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(await response.text());
}
