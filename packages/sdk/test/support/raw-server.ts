import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A TCP server that sends only the bytes that a test writes. */
export interface RawServer {
  readonly url: string;
  /** Complete requests, as text. */
  readonly requests: readonly string[];
  readonly sockets: ReadonlySet<Socket>;
}

/** Starts the server on loopback. Calls `react` for each complete request. It stops at the end of the test. */
export async function startRawServer(react: (socket: Socket, index: number) => void): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let pending = "";
    socket.on("data", (bytes) => {
      pending += bytes.toString("latin1");
      for (let end = findRequestEnd(pending); end !== -1; end = findRequestEnd(pending)) {
        const index = requests.push(pending.slice(0, end)) - 1;
        pending = pending.slice(end);
        react(socket, index);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, requests, sockets };
}

function findRequestEnd(text: string): number {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return -1;
  const length = Number(/content-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1] ?? 0);
  const end = headEnd + 4 + length;
  return text.length >= end ? end : -1;
}

/** Returns a complete HTTP response as text. */
export function writeHttp(status: number, body: string, headers: Record<string, string> = {}): string {
  const all = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join("")}\r\n${body}`;
}
