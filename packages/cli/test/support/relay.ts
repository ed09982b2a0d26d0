import { type ClientRequest, createServer, request as sendRequest } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What becomes of an answer that makes a secret: passed on, never sent, or kept back until the client is gone. With `refuse` the request
 * does not reach the server, and a 403 comes back.
 */
export type AnswerFate = "pass" | "drop" | "hold" | "cut" | "refuse";

/** A server in between, which can lose the answers of the real one after that has done its work. */
export interface Relay {
  readonly url: string;
  /** What becomes of the next answers to POST requests. */
  fate: AnswerFate;
  /** The Idempotency-Keys of the POST requests so far. */
  readonly idempotencyKeys: string[];
  /** How many POST requests the real server has answered. */
  readonly answered: number;
  stop(): Promise<void>;
}

/** Starts a relay to the server at `target`. */
export async function startRelay(target: string): Promise<Relay> {
  const idempotencyKeys: string[] = [];
  let answered = 0;
  const relay = { fate: "pass" as AnswerFate };
  const server = createServer((request, response) => {
    const isPost = request.method === "POST";
    if (isPost) idempotencyKeys.push(String(request.headers["idempotency-key"]));
    if (isPost && relay.fate === "refuse") {
      const error = { code: 403, message: "Your plan has ended", type: "PLAN_UPGRADE_REQUIRED", requestId: "r-1" };
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      return;
    }
    const forwarded: ClientRequest = sendRequest(
      new URL(request.url ?? "", target),
      { method: request.method, headers: { ...request.headers, host: new URL(target).host } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          if (isPost) answered += 1;
          const body = Buffer.concat(chunks);
          const fate = isPost ? relay.fate : "pass";
          if (fate === "hold") return;
          if (fate === "drop") response.destroy();
          else response.writeHead(answer.statusCode ?? 500, answer.headers);
          if (fate === "pass") response.end(body);
          if (fate !== "cut") return;
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
    get fate() {
      return relay.fate;
    },
    set fate(fate) {
      relay.fate = fate;
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
