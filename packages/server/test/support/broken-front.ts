import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Front } from "./cluster.ts";
import { createHttpClient, type HttpResponse } from "./http-client.ts";

/** Mistakes that a node could make. The search for faults must find them. */
export type Mistake = "caches verify responses for a second" | "confirms before the commit";

const keptMs = 1_000;

/** Starts a proxy that makes a correct node behave as if it made this mistake. */
export async function startBrokenFront(target: string, mistake: Mistake): Promise<Front> {
  const client = createHttpClient(target);
  const kept = new Map<string, { readonly result: HttpResponse; readonly untilMs: number }>();
  const forward = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string,
  ): Promise<Pick<HttpResponse, "status" | "text">> => {
    const credential = headers["authorization"] ?? "";
    const before = kept.get(credential);
    if (before !== undefined && before.untilMs > performance.now()) return before.result;
    const result = await client.call(method, path, { headers, ...(body === "" ? {} : { body }) });
    if (mistake === "confirms before the commit") {
      const isConfirmedEarly = path.endsWith("/revoke") || method === "PATCH";
      return isConfirmedEarly && result.status === 503 ? { ...result, status: 200, text: "{}" } : result;
    }
    if (path.endsWith("/verify") && result.status === 200) {
      kept.set(credential, { result, untilMs: performance.now() + keptMs });
    }
    return result;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers: Record<string, string> = {};
    for (const name of ["authorization", "content-type", "idempotency-key"]) {
      const value = request.headers[name];
      if (typeof value === "string") headers[name] = value;
    }
    try {
      const result = await forward(request.method ?? "", request.url ?? "", headers, Buffer.concat(chunks).toString());
      const type = { "content-type": "application/json; charset=utf-8" };
      response.writeHead(result.status, result.status === 503 ? { ...type, "retry-after": "1" } : type);
      response.end(result.text);
    } catch {
      // The node has exited, so the connection is lost.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
