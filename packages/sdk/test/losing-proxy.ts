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
 * What becomes of a request: it passes; it is lost before the server gets it; it is carried out and its answer lost; it is
 * lost to the client and comes to the server when the promise resolves; the client waits for the promise first.
 */
export type Fate =
  | "pass"
  | "lose-request"
  | "lose-answer"
  | { readonly late: Promise<void> }
  | { readonly after: Promise<void> };

/** A proxy on loopback in front of a server. */
export interface LosingProxy {
  readonly url: string;
  /** What came, oldest first. */
  readonly requests: readonly PassingRequest[];
  /** The status that each late request got from the server at last. */
  readonly late: readonly number[];
}

/** Starts a proxy that decides about each request; it ends with the test. */
export async function startLosingProxy(
  targetUrl: string,
  decide: (request: PassingRequest, index: number) => Fate,
): Promise<LosingProxy> {
  const requests: PassingRequest[] = [];
  const late: number[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method = "GET", url: path = "/", headers } = incoming;
    const request = { method, path, body, headers };
    const fate = decide(request, requests.push(request) - 1);
    if (fate === "lose-request") return outgoing.destroy();
    if (typeof fate === "object") {
      if ("late" in fate) outgoing.destroy();
      await ("late" in fate ? fate.late : fate.after);
    }
    const upstream = forward(new URL(path, targetUrl), { method, headers: { ...headers, connection: "close" } });
    upstream.on("error", () => outgoing.destroy());
    upstream.on("response", async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      if (typeof fate === "object" && "late" in fate) late.push(response.statusCode ?? 0);
      if (fate === "lose-answer" || outgoing.destroyed) return outgoing.destroy();
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
