import { type ClientRequest, createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What the relay does with the response to a POST request:
 * - `pass`: forwards it.
 * - `drop`: closes the client's connection without a response.
 * - `hold`: sends no response and keeps the connection open.
 * - `cut`: sends half of the body, then closes the connection.
 * - `refuse`: does not forward the request, and responds with 403.
 */
type ResponseHandling = "pass" | "drop" | "hold" | "cut" | "refuse";

/** A proxy that can lose the server's responses after the server has executed the calls. */
export interface Relay {
  readonly url: string;
  /** What the relay does with the next responses to POST requests. */
  handling: ResponseHandling;
  /** The Idempotency-Keys of all POST requests so far. */
  readonly idempotencyKeys: string[];
  /** Number of POST requests that the real server has answered. */
  readonly answered: number;
  stop(): Promise<void>;
}

/** Starts a relay in front of the server at `target`. */
export async function startRelay(target: string): Promise<Relay> {
  const idempotencyKeys: string[] = [];
  let answered = 0;
  const relay = { handling: "pass" as ResponseHandling };
  const server = createServer((request, response) => {
    const isPost = request.method === "POST";
    if (isPost) idempotencyKeys.push(String(request.headers["idempotency-key"]));
    if (isPost && relay.handling === "refuse") {
      const error = { code: 403, message: "Your plan has ended", type: "PLAN_UPGRADE_REQUIRED", requestId: "r-1" };
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      return;
    }
    const forwarded: ClientRequest = sendRequest(
      new URL(request.url ?? "", target),
      { method: request.method, headers: { ...request.headers, host: new URL(target).host } },
      (upstream) => {
        const chunks: Buffer[] = [];
        upstream.on("data", (chunk: Buffer) => chunks.push(chunk));
        upstream.on("end", () => {
          if (isPost) answered += 1;
          const body = Buffer.concat(chunks);
          const handling = isPost ? relay.handling : "pass";
          if (handling === "hold") return;
          if (handling === "drop") response.destroy();
          else response.writeHead(upstream.statusCode ?? 500, upstream.headers);
          if (handling === "pass") response.end(body);
          if (handling !== "cut") return;
          response.write(body.subarray(0, body.length / 2));
          setTimeout(() => response.destroy(), 50);
        });
      },
    );
    forwarded.on("error", () => response.destroy());
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    idempotencyKeys,
    get handling() {
      return relay.handling;
    },
    set handling(handling) {
      relay.handling = handling;
    },
    get answered() {
      return answered;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
