import type { IncomingMessage, ServerResponse } from "node:http";
import { FakeConnectionLoss } from "./fault.ts";

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
