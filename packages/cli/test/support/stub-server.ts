import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A stub server that may be broken, foreign or hostile. It records its requests. */
export interface StubServer {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly headers: IncomingMessage["headers"] }[];
  stop(): Promise<void>;
}

/** Starts a stub server on a free port. It calls `respond` for each request. */
export async function startStubServer(
  respond: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<StubServer> {
  const requests: StubServer["requests"] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    respond(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Sends a JSON response. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Returns the body of `GET /me`, with these changes to the user. */
export function makeSessionInfo(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    user: { id: "u1", firstName: "Ada", lastName: "Lovelace", email: "ada@partner.com", mustChangePassword: false },
    activeCompany: { id: "c1", name: "Acme Corp" },
    companies: [{ id: "c1", name: "Acme Corp", privilege: 1 }],
    session: { id: "s1", expiresAt: "2030-01-01T00:00:00.000Z" },
    plan: "BUSINESS",
    ip: "127.0.0.1",
    ...changes,
  };
}
