import { randomUUID } from "node:crypto";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { AppError } from "../../errors.ts";
import { findCurrentAnswer } from "../connections.ts";
import { errorBody, errorHeaders } from "./error-handler.ts";

/** A refusal below the level of routes: a status that only HTTP itself knows, and a sentence. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

const expectationFailed: Refusal = { status: 417, message: "The server does not support this Expect header" };

/** How Node's parser failed, before there is a request. */
function describeFailure(code: string | undefined): Refusal {
  if (code === "HPE_HEADER_OVERFLOW") return { status: 431, message: "The headers are too large" };
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return { status: 408, message: "The request took too long to arrive" };
  return { status: 400, message: "The request is not valid HTTP" };
}

/** The documented body and the headers every answer has. The plane is not known here: most clients speak `/external`. */
function renderRefusal({ status, message }: Refusal): {
  readonly headers: Record<string, string>;
  readonly body: string;
} {
  const requestId = randomUUID();
  const error = new AppError("BAD_REQUEST", { message });
  const body = JSON.stringify(errorBody(error, "external", requestId, status));
  return {
    body,
    headers: {
      ...errorHeaders(error),
      connection: "close",
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(body)),
      "cache-control": "no-store",
      "x-request-id": requestId,
    },
  };
}

/** Answers what is no request, is too large or too slow, and closes the connection whether the client does or not. */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Duplex & { destroySoon?(): void },
): void {
  // Another answer must not end up in the middle of one that is on its way.
  if (!socket.writable || findCurrentAnswer(socket)?.headersSent === true) {
    socket.destroy();
    return;
  }
  const refusal = describeFailure(error.code);
  const { headers, body } = renderRefusal(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
  socket.destroySoon?.();
}

/** Answers `Expect` with anything but `100-continue`; Node's own answer has neither body nor request id. */
export function answerExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const { headers, body } = renderRefusal(expectationFailed);
  response.writeHead(expectationFailed.status, headers).end(body);
}
