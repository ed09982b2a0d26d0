import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A received request. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A response: its status, headers and body, or a function that writes it. */
export type Reply =
  | {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly json?: unknown;
      readonly text?: string;
    }
  | ((response: ServerResponse) => void);

/** An HTTP server for one test. */
export interface RecordingServer {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Open sockets. */
  readonly sockets: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Starts an HTTP server on loopback that records each request. It stops at the end of the test. */
export async function startRecordingServer(
  respond: (request: RecordedRequest, index: number) => Reply | Promise<Reply>,
): Promise<RecordingServer> {
  const requests: RecordedRequest[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method = "", url = "", headers, rawHeaders } = incoming;
    const request = { method, url, headers, rawHeaders, body };
    const reply = await respond(request, requests.push(request) - 1);
    if (typeof reply === "function") return reply(response);
    const text = reply.json === undefined ? (reply.text ?? "") : JSON.stringify(reply.json);
    const type = reply.json === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
    response.writeHead(reply.status ?? 200, { ...type, ...reply.headers });
    response.end(text);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(close);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests, sockets, close };
}
