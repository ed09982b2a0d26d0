import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import type { AddressInfo } from "node:net";

/**
 * An API process that is independent of briksync. It returns each request as it arrived, with the number of body bytes
 * and the raw headers. It returns `/status/NNN` with that status. `/count` returns the number of other requests so far.
 * It prints its URL. Like servers of several frameworks, it switches to WebSocket and to h2c, and opens a tunnel for
 * CONNECT.
 */
let count = 0;

function describeRequest({ method, url, rawHeaders }: IncomingMessage | Http2ServerRequest, bodyBytes: number): string {
  return JSON.stringify({ method, url, rawHeaders, bodyBytes });
}

function respond(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
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
}

const server = createServer(respond);
const http2Server = createHttp2Server(respond);

server.on("upgrade", (request, socket) => {
  count += 1;
  if (/\bh2c\b/i.test(request.headers.upgrade ?? "")) {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: Upgrade\r\n\r\n");
    http2Server.emit("connection", socket);
    return;
  }
  socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\r\n");
  socket.write(`${describeRequest(request, 0)}\n`);
  socket.on("error", () => undefined);
  socket.pipe(socket);
});

server.on("connect", (_request, socket, head) => {
  count += 1;
  socket.write("HTTP/1.1 200 OK\r\n\r\n");
  socket.unshift(head);
  server.emit("connection", socket);
});

server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
});
