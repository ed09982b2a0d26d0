import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * An API that knows nothing of briksync, as a process: answers what it was asked, byte counts and headers as they came, or
 * `/status/NNN` with that status. `/count` says how many requests it has seen without counting itself. Prints its URL.
 */
let count = 0;

function describeRequest({ method, url, rawHeaders }: IncomingMessage, bodyBytes: number): string {
  return JSON.stringify({ method, url, rawHeaders, bodyBytes });
}

const server = createServer((request, response) => {
  let bodyBytes = 0;
  request.on("data", (chunk: Buffer) => {
    bodyBytes += chunk.length;
  });
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/count") {
      response.end(JSON.stringify({ count }));
      return;
    }
    count += 1;
    response.statusCode = Number(/^\/status\/(\d+)/.exec(request.url ?? "")?.[1] ?? 200);
    response.end(describeRequest(request, bodyBytes));
  });
});

server.on("upgrade", (request, socket) => {
  count += 1;
  socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n");
  socket.write(`${describeRequest(request, 0)}\n`);
  socket.on("error", () => undefined);
  socket.pipe(socket);
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
});
