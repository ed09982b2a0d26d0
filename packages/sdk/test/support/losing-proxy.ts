import { createServer, request as forward } from "node:http";
import { onTestFinished } from "vitest";

/** A request on its way to the server. */
export interface PassingRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * What the proxy does with a request:
 * - `pass`: forwards it and its response.
 * - `lose-request`: closes the client's connection and does not forward the request.
 * - `lose-response`: forwards the request, then closes the client's connection without the response.
 * - `late`: closes the client's connection and forwards the request when the promise resolves.
 * - `after`: forwards the request when the promise resolves. The client waits.
 */
export type RequestHandling =
  | "pass"
  | "lose-request"
  | "lose-response"
  | { readonly late: Promise<void> }
  | { readonly after: Promise<void> };

/** A proxy on loopback in front of a server. */
export interface LosingProxy {
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly requests: readonly PassingRequest[];
  /** The status of the server's response to each late request. */
  readonly late: readonly number[];
}

/** Starts a proxy that calls `decide` for each request. It stops at the end of the test. */
export async function startLosingProxy(
  targetUrl: string,
  decide: (request: PassingRequest, index: number) => RequestHandling,
): Promise<LosingProxy> {
  const requests: PassingRequest[] = [];
  const late: number[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method = "GET", url: path = "/", headers } = incoming;
    const request = { method, path, body, headers };
    const handling = decide(request, requests.push(request) - 1);
    if (handling === "lose-request") return outgoing.destroy();
    if (typeof handling === "object") {
      if ("late" in handling) outgoing.destroy();
      await ("late" in handling ? handling.late : handling.after);
    }
    const upstream = forward(new URL(path, targetUrl), { method, headers: { ...headers, connection: "close" } });
    upstream.on("error", () => outgoing.destroy());
    upstream.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      if (typeof handling === "object" && "late" in handling) late.push(response.statusCode ?? 0);
      if (handling === "lose-response" || outgoing.destroyed) return outgoing.destroy();
      const { connection: _, "transfer-encoding": __, ...answered } = response.headers;
      outgoing.writeHead(response.statusCode ?? 502, answered);
      return outgoing.end(text);
    });
    return upstream.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests, late };
}
