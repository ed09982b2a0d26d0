import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedResponse } from "../harness/recorded-response.ts";

// The least that a Node server can do: it sends the same response to every request, as large as a real one and with its
// headers.
const recorded = JSON.parse(process.env["RESPONSE"] ?? "") as RecordedResponse;
const { body } = recorded;
const headers = Object.entries(recorded.headers).flat();

const server = createServer({ keepAliveTimeout: 72_000 }, (_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
process.once("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
