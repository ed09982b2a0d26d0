import { connect as connectHttp2, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { expect } from "vitest";
import { apiName, type EdgeProxy } from "./edge-proxy.ts";
import type { HttpResponse } from "./http-client.ts";

/** Request headers by name. A list is sent as that many header lines. */
export type Headers = Readonly<Record<string, string | string[]>>;

/** Returns the headers that reached the API, by name, with one value per header line. The call must have succeeded. */
export function readApiHeaders(response: HttpResponse): Map<string, string[]> {
  expect(response.status, response.text).toBe(200);
  const seen = new Map<string, string[]>();
  const { rawHeaders }: { rawHeaders: string[] } = response.body;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = (rawHeaders[index] ?? "").toLowerCase();
    seen.set(header, [...(seen.get(header) ?? []), rawHeaders[index + 1] ?? ""]);
  }
  return seen;
}

/** Sends bytes over a new connection. Resolves with everything received once the connection is closed. */
export function sendBytesOverTls(
  proxy: EdgeProxy,
  bytes: string,
  onReceived: (received: string, socket: Socket) => void = () => undefined,
): Promise<string> {
  const socket = connectTls({
    port: Number(new URL(proxy.url).port),
    host: "127.0.0.1",
    servername: apiName,
    ca: proxy.ca,
  });
  socket.write(bytes);
  return new Promise((resolve, reject) => {
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      onReceived(received, socket);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
}

/** Sends a request for `/orders` over a new connection. Resolves with everything received once it is closed. */
export function sendOverTls(
  proxy: EdgeProxy,
  method: string,
  headers: Headers,
  body: string,
  onReceived: (received: string, socket: Socket) => void = () => undefined,
): Promise<string> {
  const lines = Object.entries(headers).flatMap(([header, value]) =>
    [value].flat().map((single) => `${header}: ${single}\r\n`),
  );
  const head = `${method} /orders HTTP/1.1\r\nhost: ${apiName}\r\n${lines.join("")}\r\n`;
  return sendBytesOverTls(proxy, `${head}${body}`, onReceived);
}

/** Posts a body in these chunks over a new connection. Returns the raw response. */
export function sendChunked(proxy: EdgeProxy, headers: Headers, chunks: readonly string[]): Promise<string> {
  const body = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  return sendOverTls(proxy, "POST", { ...headers, connection: "close" }, `${body}0\r\n\r\n`);
}

/** Requests an upgrade. After it is granted, sends a line, which the API returns. Returns everything received. */
export function openWebSocket(proxy: EdgeProxy, headers: Headers, upgrade = "websocket"): Promise<string> {
  const handshake = {
    ...headers,
    connection: "Upgrade",
    upgrade,
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const ping = "ping over the socket";
  return sendOverTls(proxy, "GET", handshake, "", (received, socket) => {
    if (!received.startsWith("HTTP/1.1 101") || received.endsWith(ping)) socket.destroy();
    else if (received.endsWith("}\n")) socket.write(ping);
  });
}

/** Sends a request over HTTP/2 on a new connection. */
export async function askHttp2(
  proxy: EdgeProxy,
  headers: OutgoingHttpHeaders,
  body = "",
): Promise<{ readonly headers: IncomingHttpHeaders; readonly text: string }> {
  const session = connectHttp2(proxy.url, { servername: apiName, ca: proxy.ca });
  try {
    const stream = session.request({ ":authority": apiName, ...headers });
    if (body !== "") stream.end(body);
    const answered = new Promise<IncomingHttpHeaders>((resolve, reject) => {
      stream.on("response", resolve);
      stream.on("error", reject);
      session.on("error", reject);
    });
    let text = "";
    for await (const chunk of stream) text += chunk;
    return { headers: await answered, text };
  } finally {
    session.close();
  }
}
