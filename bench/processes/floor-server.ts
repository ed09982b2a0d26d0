import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedAnswer } from "../harness/recorded-answer.ts";

// The least a Node server can do: a constant answer, the same for every request, of the size and with the headers of a real one.
const answer = JSON.parse(process.env["ANSWER"] ?? "") as RecordedAnswer;
const { body } = answer;
const headers = Object.entries(answer.headers).flat();

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
